using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Testing;

namespace MlOps.Tracking;

public sealed class EnvironmentCaptureTests
{
    [Test]
    public async Task What_the_process_runs_in_is_found_out()
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
    public async Task Settings_of_the_library_and_of_the_sections_asked_for_are_recorded_and_no_others()
    {
        var (environment, _) = await CaptureAsync(
            new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "S3", ["Training:Epochs"] = "10", ["Mail:Server"] = "smtp" }, ["Training"]);

        Assert.That(environment.Settings, Is.EqualTo(new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "S3", ["Training:Epochs"] = "10" }));
    }

    [Test]
    public async Task Git_is_not_asked_where_the_settings_say_so()
    {
        var log = new FakeLogger();
        var capture = new EnvironmentCapture(new TrackingOptions { CaptureGit = false }, null, TimeProvider.System, log);

        Assert.That((await capture.CaptureAsync(CancellationToken.None)).Environment.Git, Is.Null);
        Assert.That(log.Collector.Count, Is.Zero);
    }

    [Test]
    public async Task Equal_surroundings_have_equal_bytes_whatever_the_order_of_their_settings()
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
    public async Task No_planted_secret_is_anywhere_in_the_document()
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
    public void Packages_are_the_libraries_of_that_type_in_the_program_s_list()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "Trainer.deps.json");
        File.WriteAllText(file, """{"libraries":{"Trainer/1.0.0":{"type":"project"},"Microsoft.ML/4.0.2":{"type":"package"},"Acme.Data/1.0.0-rc.1":{"type":"package"}}}""");

        Assert.That(ProgramPackages.Read(file), Is.EqualTo(new Dictionary<string, string> { ["Acme.Data"] = "1.0.0-rc.1", ["Microsoft.ML"] = "4.0.2" }));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"libraries":{"A/1":{"type":"package"},"B/1":{}}}""")]
    public void A_list_of_packages_that_cannot_be_read_is_none(string json)
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
        Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(new EnvironmentDocument { Environment = environment }, EnvironmentJson.Default.EnvironmentDocument));
}
