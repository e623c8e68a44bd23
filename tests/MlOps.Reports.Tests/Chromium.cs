using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlOps.Tests.Backends;

namespace MlOps.Reports;

/// <summary>Opens pages in headless Chromium and measures them.</summary>
internal static partial class Chromium
{
    private static readonly string[] s_arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync",
        "--disable-dev-shm-usage",
    ];

    /// <summary>Opens pages in frames of given widths and evaluates an expression in each, in which <c>page</c> is the document.</summary>
    public static async Task<JsonArray> MeasureAsync(IEnumerable<(string Html, int Width)> pages, bool isDark, string expression)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-chromium-");
        try
        {
            var frames = pages.Select(static page =>
                $"<iframe width=\"{page.Width}\" height=\"800\" style=\"border:0\" srcdoc=\"{WebUtility.HtmlEncode(page.Html)}\"></iframe>");
            var file = Path.Combine(folder.FullName, "frames.html");
            await File.WriteAllTextAsync(file, $$"""
                <!DOCTYPE html><meta charset="utf-8">{{string.Concat(frames)}}<pre id="result"></pre>
                <script>addEventListener('load', () => document.getElementById('result').textContent =
                  JSON.stringify([...document.querySelectorAll('iframe')].map(frame => ((page, window) => ({{expression}}))(frame.contentDocument,
                      frame.contentWindow))))</script>
                """);
            var dom = await RunAsync([.. s_arguments, $"--user-data-dir={folder.FullName}", $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}",
                "--dump-dom", new Uri(file).AbsoluteUri]);
            return JsonNode.Parse(WebUtility.HtmlDecode(Result().Match(dom).Groups[1].Value))!.AsArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        using var process = Start(arguments);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"Chromium failed: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Requirement.IsMissing("Chromium is not installed. Install it by: apt-get install chromium");
            throw;
        }
    }

    [GeneratedRegex("<pre id=\"result\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Result();
}
