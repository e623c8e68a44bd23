using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ScoringService;

/// <summary>Runs the commands of the README one after another without waiting, with the settings of the sample.</summary>
[Platform(Exclude = "Win", Reason = "The commands are quoted for a POSIX shell.")]
public sealed partial class ReadmeStepsTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sample", "README.md"));

    [Test]
    public async Task Each_command_of_the_README_gets_the_response_of_the_README()
    {
        var commands = Lines("sh").Where(static line => line.StartsWith("curl ", StringComparison.Ordinal)).ToArray();
        var promised = Lines("text").ToArray();
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path);

        var answers = new List<string>();
        foreach (var command in commands)
        {
            answers.Add(await RunAsync(command.Replace("localhost:5080", service.Client.BaseAddress!.Authority, StringComparison.Ordinal)));
        }

        Assert.That(commands, Has.Length.EqualTo(promised.Length).And.Length.GreaterThan(5));
        Assert.Multiple(() =>
        {
            foreach (var (answer, expected) in answers.Zip(promised))
            {
                Assert.That(answer, Does.Match($"^{Regex.Escape(expected).Replace("…", ".*", StringComparison.Ordinal)}$"));
            }
        });
    }

    private static IEnumerable<string> Lines(string language) => Blocks().Matches(s_readme)
        .Where(block => block.Groups["language"].Value == language)
        .SelectMany(static block => block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static async Task<string> RunAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = FindRepository(), RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MlOps.Core.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
