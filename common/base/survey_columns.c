#include "common/base/survey_columns.h"

/* clang-format off */
const struct sheet_column survey_columns[SURVEY_COLUMNS + 1] = {
    [SURVEY_SEQ]             = { "序号",         "seq",             false },
    [SURVEY_COMMUNITY]       = { "社区",         "community",       true },
    [SURVEY_NO]              = { "户编号",       "no",              true },
    [SURVEY_NAME]            = { "户主姓名",     "name",            true },
    [SURVEY_ID_NUMBER]       = { "身份证号",     "id_number",       true },
    [SURVEY_PHONE]           = { "联系电话",     "phone",           false },
    [SURVEY_ADDRESS]         = { "房屋坐落",     "address",         true },
    [SURVEY_CERTIFICATE]     = { "产权证号",     "certificate",     false },
    [SURVEY_REGISTRATION]    = { "登记状态",     "registration",    false },
    [SURVEY_USE]             = { "房屋用途",     "use",             false },
    [SURVEY_STRUCTURE]       = { "房屋结构",     "structure",       false },
    [SURVEY_REGISTERED_AREA] = { "登记面积(㎡)", "registered_area", true },
    [SURVEY_MEASURED_AREA]   = { "实测面积(㎡)", "measured_area",   true },
    [SURVEY_PERSONS]         = { "家庭人口",     "persons",         false },
    [SURVEY_SURVEYED_ON]     = { "调查日期",     "surveyed_on",     false },
    [SURVEY_CHOICE]          = { "补偿意向",     "choice",          false },
    [SURVEY_HARDSHIP]        = { "困难类别",     "hardship",        false },
    [SURVEY_REMARK]          = { "备注",         "remark",          false },
};
/* clang-format on */
