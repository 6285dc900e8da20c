from shijian.core.permissions import permission

PERSON_VIEW = permission("accounts.person.view", "查看人员")
PERSON_EDIT = permission("accounts.person.edit", "维护人员和机构")
GRANT_VIEW = permission("accounts.grant.view", "查看授权")
GRANT_EDIT = permission("accounts.grant.edit", "授予和收回角色")
CERTIFICATE_EDIT = permission("accounts.certificate.edit", "登记执法证")
