from shijian.core.permissions import permission

ENTITY_VIEW = permission("subjects.entity.view", "查看主体")
ENTITY_EDIT = permission("subjects.entity.edit", "修改主体")
ENTITY_LOCATE = permission("subjects.entity.locate", "校正主体位置")
ENTITY_IMPORT = permission("subjects.entity.import", "导入主体")
ENTITY_MERGE = permission("subjects.entity.merge", "合并主体")
