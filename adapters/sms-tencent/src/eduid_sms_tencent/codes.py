"""
The codes of Tencent Cloud SMS.

Standard:
    The provider's page of error codes (短信 API 3.0 错误码); the classes are decisions of this project.
"""

from __future__ import annotations

from typing import Final

from eduid_sms_http import CodeClass, CodeTable, Meaning

__all__ = ["CODES"]


def _of(family: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{family}.{name}" for name in names)


CODES: Final = CodeTable(
    (
        Meaning(("Ok",), CodeClass.ACCEPTED, "无需处理", "nothing"),
        Meaning(
            (
                "InvalidParameterValue.IncorrectPhoneNumber",
                "FailedOperation.PhoneNumberParseFail",
                *_of(
                    "UnsupportedOperation",
                    "ContainDomesticPhoneNumber",
                    "ContainDomesticAndInternationalPhoneNumber",
                    "ChineseMainlandTemplateToGlobalPhone",
                    "GlobalTemplateToChineseMainlandPhone",
                ),
                "LimitExceeded.AppCountryOrRegionInBlacklist",
            ),
            CodeClass.RECIPIENT,
            "号码不能接收：请家长更正手机号",
            "the number cannot receive it: ask the family for another",
        ),
        Meaning(
            ("FailedOperation.PhoneNumberInBlacklist",),
            CodeClass.RECIPIENT,
            "号码在免打扰名单中（通常是家长退订）：请用其他方式联系",
            "the number is on a list of refusals (mostly unsubscribed): tell the family in another way",
        ),
        Meaning(
            (
                "FailedOperation.ContainSensitiveWord",
                "InvalidParameter.DirtyWordFound",
                "InvalidParameterValue.TemplateWithDirtyWords",
            ),
            CodeClass.CONTENT,
            "内容含违禁词：修改模板后重新报备",
            "a forbidden word: change the template and file it again",
        ),
        Meaning(
            (
                *_of("FailedOperation", "JsonParseFail", "FailResolvePacket"),
                "InternalError.JsonParseFail",
                *_of(
                    "InvalidParameterValue",
                    "ContentLengthLimit",
                    "TemplateParameterFormatError",
                    "TemplateParameterLengthLimit",
                    "ProhibitedUseUrlInTemplateParameter",
                ),
                "LimitExceeded.PhoneNumberCountLimit",
                "InvalidParameter",
                "InvalidParameter.InvalidParameters",
                "MissingParameter*",
            ),
            CodeClass.CONTENT,
            "参数不被接受：核对模板变量的类型和长度",
            "a parameter is refused: compare the kinds and lengths of the template's variables",
        ),
        Meaning(
            (
                "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
                "InvalidParameterValue.UnsupportedTemplateVariable",
            ),
            CodeClass.FILING,
            "模板变量与报备不一致：核对设置 templates 的 params",
            "the template has other variables: compare params under the setting templates",
        ),
        Meaning(
            _of("FailedOperation", "SignatureIncorrectOrUnapproved", "MissingSignature*", "SignIdNotExist"),
            CodeClass.FILING,
            "签名未通过审核或未完成实名报备：在控制台查看签名状态",
            "the signature is not approved or not filed with the carriers: see its state in the console",
        ),
        Meaning(
            _of(
                "FailedOperation",
                "TemplateIncorrectOrUnapproved",
                "TemplateUnapprovedOrNotExist",
                "TemplateIdNotExist",
                "MissingTemplate*",
            ),
            CodeClass.FILING,
            "模板不存在或未通过审核：核对设置 templates",
            "the template is missing or not approved: compare the setting templates",
        ),
        Meaning(
            (
                "FailedOperation.InsufficientBalanceInSmsPackage",
                "UnauthorizedOperation.ServiceSuspendDueToArrears",
            ),
            CodeClass.CONFIGURATION,
            "套餐包余量不足或欠费：充值",
            "the package is used up or the account in arrears: top it up",
        ),
        Meaning(
            (
                "InvalidParameterValue.SdkAppIdNotExist",
                "InvalidParameter.AppidAndBizId",
                *_of("UnauthorizedOperation", "SmsSdkAppIdVerifyFail", "SdkAppIdIsDisabled"),
            ),
            CodeClass.CONFIGURATION,
            "SdkAppId 不属于该账号或已停用：核对设置 sdk_app_id",
            "the SdkAppId is not of this account or is disabled: compare the setting sdk_app_id",
        ),
        Meaning(
            (
                "AuthFailure*",
                "UnauthorizedOperation*",
                *_of("InternalError", "SigFieldMissing", "SigVerificationFail", "RestApiInterfaceNotExist"),
                *_of("FailedOperation", "NotEnterpriseCertification", "ProhibitSubAccountUse"),
            ),
            CodeClass.CONFIGURATION,
            "密钥无效或没有权限：核对 secret_id、secret_key 和 CAM 授权",
            "the key is wrong or lacks permission: compare both parts of the key, and the CAM policy",
        ),
        Meaning(
            ("UnauthorizedOperation.RequestIpNotInWhitelist", "IpNotInWhitelist", "IpInBlacklist"),
            CodeClass.CONFIGURATION,
            "服务器 IP 不在白名单：在控制台添加",
            "the address of the server is not on the list: add it in the console",
        ),
        Meaning(
            ("InternalError.RequestTimeException",),
            CodeClass.CONFIGURATION,
            "服务器时间不准：校准时钟",
            "the clock of the server is wrong: set it",
        ),
        Meaning(
            (
                "UnsupportedOperation",
                *_of("UnsupportedOperation", "UnsupportedRegion"),
                *("UnsupportedRegion", "InvalidAction", "NoSuchVersion", "ActionOffline"),
            ),
            CodeClass.CONFIGURATION,
            "地域不支持短信：核对设置 region 和 endpoint",
            "the region has no SMS: compare the settings region and endpoint",
        ),
        Meaning(
            ("FailedOperation.MarketingSendTimeConstraint",),
            CodeClass.FILING,
            "模板被报备为营销短信：改报备为通知类",
            "the template is filed as marketing: file it as a notice",
        ),
        Meaning(
            (
                *_of(
                    "FailedOperation",
                    "ForbidAddMarketingTemplates",
                    "QualificationIdNotApproved",
                    "SignNumberLimit",
                    "TemplateAlreadyPassedCheck",
                    "TemplateNumberLimit",
                ),
                *_of(
                    "InvalidParameterValue",
                    *("BeginTimeVerifyFail", "EndTimeVerifyFail", "ImageInvalid", "InvalidDocumentType"),
                    *("InvalidInternational", "InvalidSignPurpose", "InvalidSmsType", "InvalidStartTime"),
                    *("InvalidTemplateFormat", "InvalidUsedMethod", "LimitVerifyFail", "OffsetVerifyFail"),
                    *("MarketingTemplateWithoutUnsubscribe", "MultiSmsInfoSetEmpty", "QualificationIdNotFound"),
                    *("SignAlreadyPassedCheck", "SignExistAndUnapproved", "SignNameLengthTooLong"),
                ),
            ),
            CodeClass.FILING,
            "签名、模板或资质管理接口的错误：在控制台核对资料",
            "an error of the calls that administer signatures and templates: see the console",
        ),
        Meaning(
            _of("LimitExceeded", "PhoneNumberThirtySecondLimit"),
            CodeClass.RECIPIENT_LIMIT,
            "该号码 30 秒内已发过：自动稍后再发",
            "sent to this number within 30 seconds: sent later by itself",
            30.0,
        ),
        Meaning(
            _of("LimitExceeded", "PhoneNumberOneHourLimit", "DeliveryFrequencyLimit"),
            CodeClass.RECIPIENT_LIMIT,
            "该号码达到频率上限：自动稍后再发，不要换渠道",
            "the limit of this number: sent later by itself; do not use another provider meanwhile",
        ),
        Meaning(
            _of("LimitExceeded", "PhoneNumberDailyLimit", "PhoneNumberSameContentDailyLimit"),
            CodeClass.RECIPIENT_LIMIT,
            "该号码达到每日上限：次日自动再发，不要换渠道",
            "the daily limit of this number: sent the next day; do not use another provider meanwhile",
            86400.0,
        ),
        Meaning(
            ("RequestLimitExceeded*", "LimitExceeded.GlobalSmsSendingRateLimit"),
            CodeClass.ACCOUNT_LIMIT,
            "请求过快：自动稍后再发",
            "too fast: sent later by itself",
        ),
        Meaning(
            _of(
                "LimitExceeded",
                "DailyLimit",
                "AppDailyLimit",
                "AppGlobalDailyLimit",
                "AppMainlandChinaDailyLimit",
                "AppCountryOrRegionDailyLimit",
            ),
            CodeClass.ACCOUNT_LIMIT,
            "达到每日发送上限：在控制台调高，或等到次日",
            "the account's daily limit: raise it in the console, or wait for the next day",
            3600.0,
        ),
        Meaning(
            (
                "InternalError",
                *_of(
                    "InternalError",
                    *("Timeout", "SendAndRecvFail", "ParseBackendResponseFail", "UnknownError", "OtherError"),
                ),
                *_of("FailedOperation", "OtherError", "ParametersOtherError"),
            ),
            CodeClass.UNKNOWN,
            "服务商内部错误：不再发送，等状态报告或查询",
            "an error within the provider: not sent again; a report or a query settles it",
        ),
    )
)
"""The table of codes; `docs/how-to/send-sms-by-tencent.md` is made from it."""
