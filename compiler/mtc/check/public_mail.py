"""Mail domains in which anyone can have an address."""

from __future__ import annotations

# fmt: off
PUBLIC_DOMAINS = frozenset((
    "126.com", "163.com", "aol.com", "att.net", "bk.ru", "comcast.net", "daum.net", "fastmail.com",
    "fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com",
    "gmx.de", "gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hotmail.co.uk", "hotmail.com",
    "hotmail.de", "hotmail.fr", "hushmail.com", "icloud.com", "inbox.ru", "laposte.net", "libero.it",
    "list.ru", "live.co.uk", "live.com", "live.fr", "mac.com", "mail.com", "mail.ru", "me.com",
    "msn.com", "naver.com", "orange.fr", "outlook.com", "outlook.de", "outlook.es", "outlook.fr",
    "pm.me", "proton.me", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com",
    "sina.com", "t-online.de", "tuta.io", "tutanota.com", "verizon.net", "virgilio.it", "walla.co.il",
    "walla.com", "wanadoo.fr", "web.de", "ya.ru", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
    "zohomail.com",
))
# fmt: on
