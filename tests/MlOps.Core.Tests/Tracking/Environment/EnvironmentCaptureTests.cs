using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MlOps.Tracking;

[NonParallelizable] // the current folder is shared by the process
public sealed class EnvironmentCaptureTests
{
    [Test]
    public async Task The_environment_of_the_process_is_captured()
    {
        var (environment, _) = await CaptureAsync([], []);

        Assert.That(environment.Runtime, Does.StartWith(".NET 10"));
        Assert.That(environment.Packages, Contains.Key("NUnit").And.ContainKey("CsCheck").And.Not.ContainKey("MlOps.Core"));
        Assert.That((environment.ProcessorCount, environment.Memory > 1 << 20), Is.EqualTo((Environment.ProcessorCount, true)));
        Assert.That(environment.Machine, Is.EqualTo(Environment.MachineName));
        Assert.That(environment.OperatingSystem, Is.Not.Empty);
        Assert.That(environment.EntryAssembly, Does.Match("""^[\w.]+ \d+\.\d+"""));
        Assert.That(environment.Arguments, Has.Count.EqualTo(Environment.GetCommandLineArgs().Length - 1));
    }

    [Test]
    public async Task Only_settings_of_the_library_and_of_the_configured_sections_are_recorded()
    {
        var (environment, _) = await CaptureAsync(
            new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "S3", ["Training:Epochs"] = "10", ["Mail:Server"] = "smtp" }, ["Training"]);

        Assert.That(environment.Settings, Is.EqualTo(new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "S3", ["Training:Epochs"] = "10" }));
    }

    [Test]
    public async Task Git_is_not_called_if_the_settings_disable_it()
    {
        var log = new FakeLogger();
        var capture = new EnvironmentCapture(new TrackingOptions { CaptureGit = false }, null, TimeProvider.System, log);

        Assert.That((await capture.CaptureAsync(CancellationToken.None)).Environment.Git, Is.Null);
        Assert.That(log.Collector.Count, Is.Zero);
    }

    [TestCase("1.2.3+0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567")]
    [TestCase("1.2.3+20261130", null)]
    [TestCase("1.2.3", null)]
    [TestCase(null, null)]
    public async Task Without_a_repository_the_version_of_the_program_provides_the_commit(string? version, string? expected)
    {
        var (present, log) = (Environment.CurrentDirectory, new FakeLogger());
        using var folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable("GIT_CEILING_DIRECTORIES", Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')));
        try
        {
            Environment.CurrentDirectory = folder.Path;
            var capture = new EnvironmentCapture(new TrackingOptions(), null, TimeProvider.System, log) { EntryVersion = version };
            var first = await capture.CaptureAsync(CancellationToken.None);
            var second = await capture.CaptureAsync(CancellationToken.None);

            Assert.That(
                (first.Environment.Git?.Commit, first.Environment.Git?.IsDirty, second.Environment.Git?.Commit), Is.EqualTo((expected, (bool?)null, expected)));
        }
        finally
        {
            Environment.CurrentDirectory = present;
            Environment.SetEnvironmentVariable("GIT_CEILING_DIRECTORIES", null);
        }

        var warnings = log.Collector.GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Select(static record => record.Message).ToList();
        Assert.That(warnings, expected is null ? Has.Exactly(1).Items.And.One.Contains("MlOps:Tracking:GitCommit") : Is.Empty, "It warns once.");
    }

    [Test]
    public async Task The_commit_and_the_branch_of_the_settings_replace_git()
    {
        var capture = new EnvironmentCapture(new TrackingOptions { GitCommit = "abcdef0", GitBranch = "trunk" }, null, TimeProvider.System, new FakeLogger());

        var git = (await capture.CaptureAsync(CancellationToken.None)).Environment.Git!;

        Assert.That((git.Commit, git.Branch, git.IsDirty, git.Remote, git.Diff is null), Is.EqualTo(("abcdef0", "trunk", (bool?)null, (string?)null, true)));
    }

    [TestCase("main", null, "MlOps:Tracking:GitCommit is 'main'. Set it to the 7 to 64 hexadecimal digits")]
    [TestCase("abc", null, "MlOps:Tracking:GitCommit is 'abc'.")]
    [TestCase(null, "main", "MlOps:Tracking:GitBranch is set without MlOps:Tracking:GitCommit.")]
    [TestCase("ABCDEF0", "main", null)]
    [TestCase("", "", null)]
    public void The_commit_in_the_settings_is_validated(string? commit, string? branch, string? fault)
    {
        var result = new TrackingOptionsValidator().Validate(null, new TrackingOptions { GitCommit = commit, GitBranch = branch });

        Assert.That(result.FailureMessage, fault is null ? Is.Null : Does.StartWith(fault));
    }

    [Test]
    public async Task Equal_environments_have_equal_bytes()
    {
        string[] keys = ["MlOps:b", "MlOps:a", "MlOps:C", "MlOps:a:b"];
        var one = await CaptureAsync(keys.ToDictionary(static key => key, static key => (string?)key), []);
        var other = await CaptureAsync(keys.Reverse().ToDictionary(static key => key, static key => (string?)key), []);

        var bytes = Serialize(one.Environment);

        Assert.That(Serialize(other.Environment), Is.EqualTo(bytes));
        Assert.That(bytes, Does.StartWith("""{"format":1,"environment":{"""));
        Assert.That(Serialize(JsonSerializer.Deserialize(bytes, EnvironmentJson.Default.EnvironmentDocument)!.Environment), Is.EqualTo(bytes));
    }

    [Test]
    public async Task The_document_contains_no_secret()
    {
        var secret = Gen.String[Gen.Char["ABCDEFGHabcdefgh0123456789"], 16, 24].Select(static text => "Zq7" + text + "x9Z");
        string[] keys = ["Password", "API_KEY", "sasToken", "client-secret", "ConnectionString", "Pwd", "X-Signature", "credentials"];
        string[] texts = ["AccountName=a;AccountKey={0}", "https://u:{0}@h/", "https://h/?sig={0}", "Bearer {0}", "-----BEGIN PRIVATE KEY-----\n{0}\n"];

        await Gen.Select(secret, Gen.Int[0, keys.Length - 1], Gen.Int[0, texts.Length - 1]).SampleAsync(
            async (secret, key, text) =>
            {
                var settings = new Dictionary<string, string?>
                {
                    [$"MlOps:Storage:S3:{keys[key]}"] = secret,
                    [$"Training:{keys[key]}:Nested"] = secret,
                    ["MlOps:Harmless"] = string.Format(System.Globalization.CultureInfo.InvariantCulture, texts[text], secret),
                };
                var (environment, _) = await CaptureAsync(settings, ["Training"]);
                return environment.Settings.Count == 3 && !Serialize(environment).Contains(secret, StringComparison.OrdinalIgnoreCase);
            },
            iter: 200);
    }

    [Test]
    public void Packages_are_read_from_the_deps_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "Trainer.deps.json");
        File.WriteAllText(
            file,
            """{"libraries":{"Trainer/1.0.0":{"type":"project"},"Microsoft.ML/4.0.2":{"type":"package"},"Acme.Data/1.0.0-rc.1":{"type":"package"}}}""");

        Assert.That(ProgramPackages.Read(file), Is.EqualTo(new Dictionary<string, string> { ["Acme.Data"] = "1.0.0-rc.1", ["Microsoft.ML"] = "4.0.2" }));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"libraries":{"A/1":{"type":"package"},"B/1":{}}}""")]
    public void An_unreadable_deps_file_gives_no_packages(string json)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "Trainer.deps.json");
        File.WriteAllText(file, json);

        Assert.That((ProgramPackages.Read(file), ProgramPackages.Read(null)), Is.EqualTo((ProgramPackages.Read(null), ProgramPackages.Read(null))));
    }

    private static Task<CapturedEnvironment> CaptureAsync(Dictionary<string, string?> settings, string[] sections)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = new TrackingOptions { CapturedSections = sections, CaptureGit = false };
        return new EnvironmentCapture(options, configuration, TimeProvider.System, new FakeLogger()).CaptureAsync(CancellationToken.None);
    }

    private static string Serialize(RunEnvironment environment) =>
        Encoding.UTF8.GetString(
            JsonSerializer.SerializeToUtf8Bytes(new EnvironmentDocument { Environment = environment }, EnvironmentJson.Default.EnvironmentDocument));
}
