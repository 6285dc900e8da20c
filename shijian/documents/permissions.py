from shijian.core.permissions import permission

FORM_VIEW = permission("documents.form.view", "查看文书范本")
FORM_EDIT = permission("documents.form.edit", "起草文书格式")
FORM_APPROVE = permission("documents.form.approve", "审定文书格式")
PAPER_VIEW = permission("documents.paper.view", "查看执法文书")
PAPER_WRITE = permission("documents.paper.write", "制作执法文书")
PAPER_APPROVE = permission("documents.paper.approve", "审批执法文书")
PAPER_VOID = permission("documents.paper.void", "作废执法文书")
OFFICE_EDIT = permission("documents.office.edit", "维护本局文书信息")
