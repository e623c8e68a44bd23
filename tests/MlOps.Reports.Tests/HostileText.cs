namespace MlOps.Reports;

/// <summary>Texts that attempt injections.</summary>
internal static class HostileText
{
    public static readonly string[] All =
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "]]></style></svg><script>alert(1)</script>",
        "' onload='alert(1)",
        "&lt;b&gt; & <b>",
        "=HYPERLINK(\"http://example.com\";\"x\")",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "a,b;\"c\"\r\nd",
        "| x |\n| - |\n# title ![i](http://example.com) [l](javascript:x) `c`",
        "\u0000\u0001\u001b\ufffe\ud800",
        "ünï 😀 中文",
    ];
}
