"""
The codes of Alibaba Cloud SMS.

Standard:
    The provider's page of error codes (短信服务 API 错误码); the classes are decisions of this project.
"""

from __future__ import annotations

from typing import Final

from eduid_sms_http import CodeClass, CodeTable, Meaning

__all__ = ["CODES", "LIMIT", "limit_delay_s"]

LIMIT: Final = "isv.BUSINESS_LIMIT_CONTROL"

CODES: Final = CodeTable(
    (
        Meaning(("OK",), CodeClass.ACCEPTED, "无需处理", "nothing"),
        Meaning(
            ("isv.MOBILE_NUMBER_ILLEGAL", "isv.PHONE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
            CodeClass.RECIPIENT,
            "号码不能接收：请家长更正手机号",
            "the number cannot receive it: ask the family for another",
        ),
        Meaning(
            ("isv.CUSTOMER_REFUSED",),
            CodeClass.RECIPIENT,
            "家长已退订：请用其他方式联系",
            "the family has unsubscribed: tell them in another way",
        ),
        Meaning(
            ("isv.BLACK_KEY_CONTROL_LIMIT", "isv.SMS_CONTENT_ILLEGAL"),
            CodeClass.CONTENT,
            "内容含违禁词：修改模板后重新报备",
            "a forbidden word: change the template and file it again",
        ),
        Meaning(
            (
                *("isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL", "isv.INVALID_JSON_PARAM"),
                *("isv.INVALID_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT"),
            ),
            CodeClass.CONTENT,
            "参数不被接受：核对模板变量的类型和长度",
            "a parameter is refused: compare the kinds and lengths of the template's variables",
        ),
        Meaning(
            ("isv.TEMPLATE_MISSING_PARAMETERS",),
            CodeClass.FILING,
            "模板变量与报备不一致：核对设置 templates 的 params",
            "the template has other variables: compare params under the setting templates",
        ),
        Meaning(
            (
                *("isv.SMS_SIGNATURE_ILLEGAL", "isv.SIGN_STATE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL"),
                *("isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isv.SIGNATURE_BLACKLIST", "isv.SIGN_NAME_ILLEGAL"),
            ),
            CodeClass.FILING,
            "签名未通过审核或未完成实名报备：在控制台查看签名状态",
            "the signature is not approved or not filed with the carriers: see its state in the console",
        ),
        Meaning(
            ("isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"),
            CodeClass.FILING,
            "模板不存在或未通过审核：核对设置 templates",
            "the template is missing or not approved: compare the setting templates",
        ),
        Meaning(
            ("isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", "isv.SMS_TEST_NUMBER_LIMIT"),
            CodeClass.FILING,
            "使用了测试签名或模板：换用正式的",
            "a signature or template for tests only: use a real one",
        ),
        Meaning(
            ("isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE"),
            CodeClass.CONFIGURATION,
            "余额不足或已停机：充值",
            "the balance is spent: top it up",
        ),
        Meaning(
            (
                *("isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.ACCOUNT_NOT_EXISTS"),
                *("isv.ACCOUNT_ABNORMAL", "isv.SECURITY_FROZEN_ACCOUNT"),
            ),
            CodeClass.CONFIGURATION,
            "账号未开通短信服务或状态异常：联系阿里云",
            "the account has no SMS service or is blocked: ask the provider",
        ),
        Meaning(
            (
                *("isp.RAM_PERMISSION_DENY", "isv.RAM_PERMISSION_DENY", "NoPermission", "Forbidden.RAM"),
                *(
                    "InvalidAccessKeyId*",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "InvalidSecurityToken*",
                ),
            ),
            CodeClass.CONFIGURATION,
            "密钥无效或没有权限：核对 access_key_id、access_key_secret 和 RAM 授权",
            "the key is wrong or lacks permission: compare both parts of the key, and the RAM policy",
        ),
        Meaning(
            ("isv.DENY_IP_RANGE",),
            CodeClass.CONFIGURATION,
            "出口 IP 不在中国大陆：从境内服务器发送",
            "the address of the server is outside mainland China: send from within",
        ),
        Meaning(
            ("InvalidTimeStamp*",),
            CodeClass.CONFIGURATION,
            "服务器时间不准：校准时钟",
            "the clock of the server is wrong: set it",
        ),
        Meaning(
            (LIMIT,),
            CodeClass.RECIPIENT_LIMIT,
            "该号码达到频率上限：自动稍后再发，不要换渠道",
            "the limit of this number: sent later by itself; do not use another provider meanwhile",
        ),
        Meaning(
            ("isv.DAY_LIMIT_CONTROL",),
            CodeClass.ACCOUNT_LIMIT,
            "达到每日发送上限：在控制台调高，或等到次日",
            "the account's daily limit: raise it in the console, or wait for the next day",
            3600.0,
        ),
        Meaning(
            ("isv.MONTH_LIMIT_CONTROL",),
            CodeClass.ACCOUNT_LIMIT,
            "达到每月发送上限：在控制台调高",
            "the account's monthly limit: raise it in the console",
            86400.0,
        ),
        Meaning(
            ("Throttling*",),
            CodeClass.ACCOUNT_LIMIT,
            "请求过快：自动稍后再发",
            "too fast: sent later by itself",
        ),
        Meaning(
            ("isp.SYSTEM_ERROR", "isp.UNKNOWN", "isp.GATEWAY_ERROR", "InternalError", "ServiceUnavailable*"),
            CodeClass.UNKNOWN,
            "服务商内部错误：不再发送，等状态报告或查询",
            "an error within the provider: not sent again; a report or a query settles it",
        ),
        Meaning(
            ("SignatureNonceUsed",),
            CodeClass.UNKNOWN,
            "同一请求到达两次（代理重发）：检查出口代理",
            "the same request arrived twice (a proxy repeats it): look at the proxy",
        ),
    )
)
"""The table of codes; `docs/how-to/send-sms-by-aliyun.md` is made from it."""

_WINDOWS: Final = (("分钟", 60.0), ("小时", 3600.0), ("天", 86400.0))


def limit_delay_s(message: object) -> float | None:
    """
    Return the window in seconds that the message of a `LIMIT` names; None if it names none.

    >>> limit_delay_s("触发分钟级流控Permits:1"), limit_delay_s("触发天级流控Permits:40")
    (60.0, 86400.0)
    """
    return next((s for word, s in _WINDOWS if isinstance(message, str) and word in message), None)
