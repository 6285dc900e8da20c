from shijian.core.permissions import permission

EVIDENCE_VIEW = permission("evidence.item.view", "查看证据")
EVIDENCE_CAPTURE = permission("evidence.item.capture", "采集、上传证据")
EVIDENCE_ORIGINAL = permission("evidence.original.download", "下载证据原件")
CUSTODY_MOVE = permission("evidence.custody.move", "交接、保管证据和涉案物品")
RETENTION_SET = permission("evidence.retention.set", "改变证据保存期限")
MEASURE_TAKE = permission("evidence.measure.take", "办理先行登记保存、查封、扣押")
MEASURE_APPROVE = permission("evidence.measure.approve", "批准、延长、解除先行登记保存、查封、扣押")
PACKAGE_EXPORT = permission("evidence.package.export", "导出证据包")
RECORDER_IMPORT = permission("evidence.recorder.import", "导入执法记录仪文件")
