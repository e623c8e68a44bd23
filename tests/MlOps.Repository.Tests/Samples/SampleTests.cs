using System.Diagnostics;

namespace MlOps.Samples;

/// <summary>Runs each sample as a process of its own in an empty folder.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [TestCase("Storage", "Refused: ")]
    [TestCase("Registry", "Version 3 is in production.", "Version 1 is in production again.")]
    [TestCase("Tracking", "Best run: rate 0.5")]
    [TestCase("Serving", "Version 1: 100 m² cost 3", "Version 2: 100 m² cost 4")]
    public async Task A_sample_runs_and_runs_again(string sample, params string[] expected)
    {
        using var folder = new SampleFolder();

        var (first, second) = (await RunAsync(sample, folder), await RunAsync(sample, folder));

        Assert.That((first.ExitCode, second.ExitCode), Is.EqualTo((0, 0)), $"{first.Output}\n{second.Output}");
        Assert.That(expected.Where(text => !first.Output.Contains(text, StringComparison.Ordinal)), Is.Empty, first.Output);
    }

    [Test]
    public async Task The_monitored_service_raises_alerts_and_reports()
    {
        using var folder = new SampleFolder();

        var (exitCode, output) = await RunAsync("Monitoring", folder, "--Demo", "true", "--urls", "http://127.0.0.1:0");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("Alert drift: ").And.Contain("Alert quality:mae: ").And.Contain("| Known outcomes | 100 % (1,000 of 1,000) |"));
    }

    [Test]
    public async Task The_quickstart_promotes_a_model_and_refuses_a_worse_one()
    {
        using var folder = new SampleFolder();

        var (first, worse) = (await RunAsync("Quickstart", folder), await RunAsync("Quickstart", folder, "--L2", "10"));

        Assert.That((first.ExitCode, worse.ExitCode), Is.EqualTo((0, 0)), $"{first.Output}\n{worse.Output}");
        Assert.That(first.Output, Does.Contain("production is version 1 of 1").And.Contain("The alert 'drift' is active."));
        Assert.That(worse.Output, Does.Contain("production is version 1 of 1").And.Match("gate +stopped"));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string sample, SampleFolder folder, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(Repository.Root, "samples", sample, "bin", configuration, "net10.0", $"{sample}.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["COLUMNS"] = "200" },
        })!;
        using var timeout = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private sealed class SampleFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("mlops-sample-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
