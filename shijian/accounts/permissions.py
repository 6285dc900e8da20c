from shijian.core.permissions import permission

PERSON_VIEW = permission("accounts.person.view", "查看人员")
PERSON_EDIT = permission("accounts.person.edit", "维护人员和机构")
GRANT_VIEW = permission("accounts.grant.view", "查看授权")
GRANT_EDIT = permission("accounts.grant.edit", "授予和收回角色")
PERSON_UNMASK = permission("accounts.person.unmask", "查看完整的个人信息")
PERSONAL_DATA_VIEW = permission("accounts.personal_data.view", "查看个人信息清单")
CERTIFICATE_EDIT = permission("accounts.certificate.edit", "登记执法证")
