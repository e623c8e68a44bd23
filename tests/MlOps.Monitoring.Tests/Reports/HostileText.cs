namespace MlOps.Monitoring.Reports;

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
        "| x |\n| - |\n# title ![i](http://example.com) [l](javascript:x) `c`\n```",
        "\"); Process.Start(\"x\"); //\r\n",
        "\u0000\u0001\u001b\ufffe\ud800",
        "\u202eevil\u202d \u2066\u200f",
        "",
        " ",
        new string('W', 5000),
        "ünï 😀 中文",
    ];
}
