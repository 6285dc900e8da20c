"""A browser's own long description as two words a person recognises."""

BROWSERS = {
    "Edg": "Edge", "MicroMessenger": "微信", "360": "360 浏览器", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "HarmonyOS": "鸿蒙", "Android": "安卓手机", "iPhone": "iPhone", "iPad": "iPad", "UOS": "统信 UOS", "Kylin": "麒麟",
    "Windows": "Windows 电脑", "Mac OS": "Mac 电脑", "Linux": "Linux 电脑",
}  # fmt: skip


def device_name(user_agent: str) -> str:
    """Such as "Chrome，Windows 电脑"; what is not known is left out."""
    words = [next((name for mark, name in known.items() if mark in user_agent), None) for known in (BROWSERS, SYSTEMS)]
    return "，".join(word for word in words if word) or "未知设备"
