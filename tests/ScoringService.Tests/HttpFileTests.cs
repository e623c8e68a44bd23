using System.Text;
using System.Text.RegularExpressions;

namespace ScoringService;

/// <summary>Sends the requests of <c>ScoringService.http</c> in their order, like an editor.</summary>
public sealed partial class HttpFileTests : ScoringFixture
{
    [Test]
    public async Task Every_request_of_the_http_file_gets_the_status_in_its_title()
    {
        var calls = Calls().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sample", "ScoringService.http")));

        var answers = new List<string>();
        foreach (Match call in calls)
        {
            answers.Add($"{call.Groups["title"]} ({await SendAsync(call)})");
        }

        Assert.That(answers, Is.EqualTo(calls.Select(static call => $"{call.Groups["title"]} ({call.Groups["status"]})")));
        Assert.That(calls, Has.Count.GreaterThan(10));
    }

    private async Task<int> SendAsync(Match call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Groups["method"].Value), call.Groups["path"].Value);
        if (call.Groups["body"].Value.Trim() is { Length: > 0 } body)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    [GeneratedRegex(
        @"^### (?<title>.+) \((?<status>\d+)\)\n(?<method>[A-Z]+) \{\{host\}\}(?<path>\S+)\n(Content-Type: application/json\n\n(?<body>[^#]+))?",
        RegexOptions.Multiline)]
    private static partial Regex Calls();
}
