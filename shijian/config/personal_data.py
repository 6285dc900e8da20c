"""The register of personal data (个人信息清单), as a list a lawyer could read. Shown at /people/personal-data/."""

from shijian.core.personal import (
    PersonalField,
    impersonal,
    mask_all,
    mask_name,
    mask_phone,
    mask_text,
    register,
    unmasked,
)

DUTY = "履行法定职责所必需（个人信息保护法第十三条第一款第三项）"
SECURITY = "网络安全法第二十一条（留存日志不少于六个月）；GB/T 22239-2019 8.1.4.3"
STAFF = "本局工作人员"
WHILE_EMPLOYED = "在职期间；离岗停用后随人员记录保存，不对外"
WITH_CASE = "随事件档案保存"

register(
    PersonalField("accounts.user", "name", "姓名", STAFF, "执法身份公示、办理留痕", DUTY, WHILE_EMPLOYED, unmasked, "本局登录人员"),
    PersonalField("accounts.user", "employee_no", "工号", STAFF, "登录、办理留痕", DUTY, WHILE_EMPLOYED, unmasked, "本局登录人员"),
    PersonalField(
        "accounts.user", "phone", "联系电话", STAFF, "公务联系", DUTY, WHILE_EMPLOYED, mask_phone,
        "本人；系统管理员维护时；有“查看完整的个人信息”权限者说明理由后（每次留痕，每日限 30 次）",
    ),
    PersonalField("accounts.user", "post", "职务", STAFF, "办理留痕", DUTY, WHILE_EMPLOYED, unmasked, "本局登录人员"),
    PersonalField("accounts.user", "password", "密码摘要", STAFF, "身份鉴别", SECURITY, "更换后覆盖", mask_all, "无人可见"),
    PersonalField("accounts.user", "last_login", "最近登录", STAFF, "账号管理", SECURITY, WHILE_EMPLOYED, mask_all, "本人"),
    PersonalField("accounts.passwordrecord", "password", "历史密码摘要", STAFF, "不得重复使用旧密码", SECURITY, "只留最近 5 次", mask_all, "无人可见"),
    PersonalField("mfa.authenticator", "data", "两步验证密钥", STAFF, "身份鉴别", SECURITY, "解除绑定后删除", mask_all, "无人可见（加密存放）"),
    PersonalField("accounts.enforcementcertificate", "number", "执法证号", STAFF, "执法资格公示", "行政处罚法第四十二条；行政执法公示制度", WHILE_EMPLOYED, unmasked, "本局登录人员；当事人"),
    PersonalField("socialaccount.socialaccount", "uid", "统一身份标识", STAFF, "统一身份登录", SECURITY, "解除绑定后删除", mask_all, "无人可见"),
    PersonalField("socialaccount.socialaccount", "last_login", "最近一次统一身份登录", STAFF, "账号管理", SECURITY, "解除绑定后删除", mask_all, "无人可见"),
    PersonalField("usersessions.usersession", "ip", "登录地址", STAFF, "本人识别登录设备、安全审计", SECURITY, "登录结束后删除", mask_all, "本人"),
    PersonalField("usersessions.usersession", "user_agent", "登录设备", STAFF, "本人识别登录设备", SECURITY, "登录结束后删除", mask_all, "本人"),
    PersonalField("audit.entry", "actor_name", "操作人", STAFF, "安全审计", SECURITY, "不删除（哈希链）", unmasked, "审计管理员"),
    PersonalField("audit.entry", "employee_no", "操作人工号", STAFF, "安全审计", SECURITY, "不删除（哈希链）", unmasked, "审计管理员"),
    PersonalField("audit.entry", "object_label", "对象", "本局工作人员、经营主体", "安全审计", SECURITY, "不删除（哈希链）", unmasked, "审计管理员"),
    PersonalField("documents.paper", "data", "文书内容", "当事人、见证人、被询问人", "依法制作执法文书", "行政处罚法第五十五条、第五十九条", "随案卷档案保存", mask_text, "管辖范围内有查看权限者", sensitive=True),
    PersonalField("documents.paper", "text", "文书全文", "当事人、见证人、被询问人", "检索本局文书", DUTY, "随案卷档案保存", mask_text, "管辖范围内有查看权限者", sensitive=True),
    PersonalField("events.event", "description", "情况说明", "当事人、举报人（文中可能写到）", "事件处置", DUTY, WITH_CASE, mask_text, "管辖范围内有查看权限者"),
    PersonalField("events.event", "address", "地点", "当事人", "事件处置", DUTY, WITH_CASE, unmasked, "管辖范围内有查看权限者"),
    PersonalField("events.event", "location_wgs84", "位置", "上报人、当事人", "落格、到场", DUTY, WITH_CASE, unmasked, "管辖范围内有查看权限者"),
    PersonalField("events.step", "note", "办理说明", "当事人（文中可能写到）", "事件处置", DUTY, WITH_CASE, mask_text, "管辖范围内有查看权限者"),
    PersonalField("events.step", "location_wgs84", "办理位置", STAFF, "证明到场；不作考勤和轨迹", DUTY, WITH_CASE, unmasked, "管辖范围内有查看权限者", sensitive=True),
    PersonalField("events.handover", "receiver", "签收人", "外部门工作人员", "移送留痕", DUTY, WITH_CASE, unmasked, "管辖范围内有查看权限者"),
    PersonalField("events.lead", "party", "涉嫌违法的主体", "个体工商户经营者（名称含姓名的）", "线索核查", "行政处罚法第五十四条", WITH_CASE, unmasked, "移交人、接收单位、管辖范围内有权限者"),
    PersonalField("events.lead", "facts_text", "已查明的情况", "当事人（文中可能写到）", "线索核查", "行政处罚法第五十四条", WITH_CASE, mask_text, "移交人、接收单位、管辖范围内有权限者"),
    PersonalField("evidence.item", "source", "来源", "提供证据的当事人、第三方", "说明证据来源", "行政处罚法第四十六条；" + DUTY, WITH_CASE, mask_text, "能查看该卷宗证据者"),
    PersonalField("evidence.item", "taken_place", "取得地点", "当事人", "证据要素", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.item", "storage", "存放地点", STAFF, "保管", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.item", "device_at", "拍摄端时间", STAFF, "核对取证时间", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.item", "lon_wgs84", "经度", STAFF, "证明取证地点；不作考勤和轨迹", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者", sensitive=True),
    PersonalField("evidence.item", "lat_wgs84", "纬度", STAFF, "证明取证地点；不作考勤和轨迹", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者", sensitive=True),
    PersonalField("evidence.measure", "place", "实施地点", "当事人", "实施强制措施", "行政强制法第二十四条", WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.measure", "storage", "存放地点", "当事人", "保管涉案财物", "行政强制法第二十六条", WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.good", "storage", "存放地点", "当事人", "保管涉案财物", "行政强制法第二十六条", WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.custodyentry", "place", "地点", STAFF, "保管链", DUTY, WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("evidence.measure", "party_name", "当事人", "当事人", "实施强制措施", "行政强制法第二十四条", WITH_CASE, unmasked, "能查看该卷宗证据者"),
    PersonalField("grid.opinion", "from_name", "提出人", "人大代表、政协委员、市民代表、群众", "答复意见建议", DUTY, "随意见档案保存", mask_name, "管辖范围内有查看权限者"),
    PersonalField("grid.opinion", "phone", "联系电话", "经营者、群众", "答复诉求", DUTY, "随意见档案保存", mask_phone, "承办人，管辖范围内有查看权限者"),
    PersonalField("grid.opinion", "text", "意见建议", "提出人（文中可能写到）", "答复意见建议", DUTY, "随意见档案保存", mask_text, "管辖范围内有查看权限者"),
    PersonalField("seals.slot", "signer", "签名人", "当事人、见证人、本局工作人员", "文书签名", DUTY, "随文书档案保存", unmasked, "管辖范围内有“请当事人和执法人员签名”权限者"),
    PersonalField("documents.delivery", "recipient", "受送达人", "当事人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("documents.delivery", "receiver", "签收人", "当事人及其代收人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("documents.delivery", "place", "送达地点", "当事人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("documents.delivery", "account", "电子送达账号", "当事人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("documents.delivery", "witness", "见证人", "见证人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("documents.delivery", "reason", "送达事由", "当事人", "证明文书依法送达", DUTY, "随案卷档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("seals.signature", "strokes", "笔迹", "当事人、见证人、本局工作人员", "证明签名为本人所写", DUTY, "随文书档案保存", mask_all, "不显示，鉴定时调取", sensitive=True),
    PersonalField("seals.signature", "picture", "签名图像", "当事人、见证人、本局工作人员", "文书签名", DUTY, "随文书档案保存", mask_all, "管辖范围内有“请当事人和执法人员签名”权限者", sensitive=True),
    PersonalField("seals.signature", "witness", "见证人", "见证人", "证明拒绝签名", DUTY, "随文书档案保存", unmasked, "管辖范围内有“请当事人和执法人员签名”权限者"),
    PersonalField("seals.signature", "place_name", "签名地点", "当事人", "证明签名情形", DUTY, "随文书档案保存", unmasked, "管辖范围内有“请当事人和执法人员签名”权限者"),
    PersonalField("seals.signature", "device", "签名设备", "本局工作人员", "证明签名情形", DUTY, "随文书档案保存", unmasked, "管辖范围内有“请当事人和执法人员签名”权限者"),
    PersonalField("core.storedfile", "facts", "拍摄信息", "上报人", "核对时间和地点", DUTY, WITH_CASE, mask_all, "服务端核对；不显示", sensitive=True),
    PersonalField("subjects.entity", "name", "名称", "个体工商户经营者（名称含姓名的）", "市场主体登记信息公示", "市场主体登记管理条例第三十五条；企业信息公示暂行条例", "存续期及注销后存档", unmasked, "管辖范围内有查看权限者"),
    PersonalField("subjects.entity", "address", "住所", "个体工商户经营者", "落格、监管", "同上", "存续期及注销后存档", unmasked, "管辖范围内有查看权限者"),
    PersonalField(
        "subjects.entity", "phone", "联系电话", "个体工商户经营者、企业联系人", "监管联系、查找重复主体", DUTY, "存续期及注销后存档；更正时覆盖", mask_phone,
        "有“查看完整的个人信息”权限者说明理由后（每次留痕，每日限 30 次）",
    ),
    PersonalField("subjects.entity", "phone_print", "联系电话的带密钥摘要", "个体工商户经营者、企业联系人", "查找重复主体", DUTY, "随联系电话", mask_all, "无人可见"),
    PersonalField("subjects.entity", "location_wgs84", "位置", "个体工商户经营者", "落格、监管", DUTY, "存续期及注销后存档", unmasked, "管辖范围内有查看权限者"),
    PersonalField("subjects.entitychange", "by_name", "经办人", STAFF, "变更留痕", DUTY, "随主体档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("subjects.entitychange", "before", "原值", "个体工商户经营者", "变更留痕", DUTY, "随主体档案保存", unmasked, "管辖范围内有查看权限者"),
    PersonalField("subjects.entitychange", "after", "新值", "个体工商户经营者", "变更留痕", DUTY, "随主体档案保存", unmasked, "管辖范围内有查看权限者"),
)  # fmt: skip

impersonal.update(
    {
        "audit.entry.actor_id": "内部编号，不指向本局以外的任何标识",
        "accounts.user.password_changed_at": "口令更换的时间，不涉及内容",
        "documents.office.office_phone": "本局公开的办公电话",
        "documents.office.office_address": "本局公开的办公地址",
        "documents.office.bank": "收缴罚款的银行",
        "seals.sealkey.token": "密码设备的标签，不指向个人",
        "subjects.entity.location_source": "坐标来源的种类",
        "events.fieldtask.place": "执法任务的地点，是市场、路段、主体的经营场所",
        "grid.consent.note": "单元负责人对边界的意见",
        "events.step.device_at": "设备时钟的读数",
        "account.emailaddress.email": "组件自带的表，本系统不收集邮箱，恒为空",
    }
)
