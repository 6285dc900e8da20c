from shijian.core.permissions import permission

LIBRARY_VIEW = permission("laws.library.view", "查阅法规库")
LIST_IMPORT = permission("laws.list.import", "导入权力清单、事权清单")
LIBRARY_IMPORT = permission("laws.library.import", "导入法规、处理影响清单")
