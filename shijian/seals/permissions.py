from shijian.core.permissions import permission

SEAL_VIEW = permission("seals.seal.view", "查看印章和用印登记")
SEAL_EDIT = permission("seals.seal.edit", "登记、停用、销毁印章")
USE_APPLY = permission("seals.use.apply", "申请用印")
USE_APPROVE = permission("seals.use.approve", "审批用印")
USE_STAMP = permission("seals.use.stamp", "保管印章并用印")
SIGNATURE_COLLECT = permission("seals.signature.collect", "请当事人和执法人员签名")
