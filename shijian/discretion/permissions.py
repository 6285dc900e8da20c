from shijian.core.permissions import permission

BENCHMARK_VIEW = permission("discretion.benchmark.view", "查看裁量基准、计算裁量幅度")
BENCHMARK_EDIT = permission("discretion.benchmark.edit", "提出、导入裁量基准")
BENCHMARK_APPROVE = permission("discretion.benchmark.approve", "审定裁量基准")
WORKSHEET_SAVE = permission("discretion.worksheet.save", "保存裁量计算单")
