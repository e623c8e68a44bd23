using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Records;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Content;

/// <summary>Documents with correct digests and with content that no version of the library wrote.</summary>
public sealed class HostileDocumentTests
{
    private static readonly string s_digest = Sha256Digest.Of("x"u8).ToString();
    private readonly ContentStore _content = new(new InMemoryArtifactStore(), TimeProvider.System);

    private static IEnumerable<TestCaseData> HostileLists()
    {
        yield return Case("null entry", "null", "file 1 has no valid path");
        yield return Case("null path", $$"""{"path":null,"size":1,"sha256":"{{s_digest}}"}""", "path");
        yield return Case("no path", $$"""{"size":1,"sha256":"{{s_digest}}"}""", "path");
        yield return Case("parent folder", File("../x"), "file 1 has no valid path");
        yield return Case("absolute path", File("/x"), "file 1 has no valid path");
        yield return Case("later path", $"{File("a")},{File("b/../../x")}", "file 2 has no valid path");
        yield return Case("negative size", File("a", -1), "'a' has the invalid size -1");
        yield return Case("overflow", $"{File("a", long.MaxValue)},{File("b", long.MaxValue)}", "'b' has the invalid size 9223372036854775807");
        yield return Case("duplicate", $"{File("a")},{File("a")}", "'a' is listed twice");
        yield return Case("case", $"{File("A")},{File("a")}", "'A' and 'a' differ only in case");

        static TestCaseData Case(string name, string files, string fault) => new TestCaseData(files, fault).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(HostileLists))]
    public async Task The_files_of_a_model_are_refused_with_the_document(string files, string fault) =>
        await RefusesAsync("""{"format":1,"files":[$],"examples":[]}""".Replace("$", files, StringComparison.Ordinal), fault,
            digest => PackageManifest.ReadAsync(_content, digest, default));

    [TestCaseSource(nameof(HostileLists))]
    public async Task The_files_of_a_dataset_are_refused_with_the_document(string files, string fault) =>
        await RefusesAsync("""{"format":1,"files":[$],"tables":[]}""".Replace("$", files, StringComparison.Ordinal), fault,
            digest => new DatasetManifestReader(_content).ReadAsync(VersionOf(digest), default));

    [TestCaseSource(nameof(HostileLists))]
    public async Task The_files_of_a_step_are_refused_with_the_document(string files, string fault) =>
        await RefusesAsync(
            """{"format":1,"outputs":{"files":[$],"values":{},"metrics":{}}}""".Replace("$", files, StringComparison.Ordinal), fault,
                digest => StepManifest.ReadAsync(_content, digest, default));

    [TestCaseSource(nameof(HostileLists))]
    public async Task The_files_of_a_run_are_refused_with_the_event(string files, string fault)
    {
        var store = new InMemoryArtifactStore();
        var folder = ArtifactPath.Parse("r");
        using var events = new RecordLog<RunEvent, RunState>(store, folder, RunFold.Schema, TimeProvider.System, NullLogger.Instance);
        await events.AppendAsync(static _ => new RunEvent { Kind = RunEventKind.Started, Name = "r", Environment = Sha256Digest.Of("x"u8) }, "a", default);
        var path = EventPath.Of(folder, 2);
        var first = await store.ReadBytesAsync(EventPath.Of(folder, 1));
        const string rest = """ "time":"2026-03-01T12:00:00+00:00","actor":"a","event":""";
        await store.WriteTextAsync(
            path,
            $$"""{"format":1,"sequence":2,"previous":"{{Sha256Digest.Of(first)}}","nonce":"{{Guid.NewGuid()}}",{{rest}}"""
            + """{"kind":"artifacts","files":[$]}}""".Replace("$", files, StringComparison.Ordinal));

        var thrown = await Assert.ThrowsAsync<DocumentFormatException>(() => events.CatchUpAsync(default));

        Assert.That(thrown!.Message, Does.Contain(path.ToString()).And.Contain(fault));
    }

    [TestCase("""{"format":1,"files":null,"examples":[]}""", "files")]
    [TestCase("""{"format":1,"examples":[]}""", "files")]
    [TestCase("""{"format":1,"files":[],"examples":null}""", "examples")]
    [TestCase("""{"format":1,"files":[],"examples":[null]}""", "one of its examples is null")]
    [TestCase("""{"format":1,"files":[],"examples":[{"inputs":null,"outputs":{}}]}""", "inputs")]
    public async Task A_model_without_its_lists_is_refused(string json, string fault) =>
        await RefusesAsync(json, fault, digest => PackageManifest.ReadAsync(_content, digest, default));

    [TestCase("""{"format":1,"files":null,"tables":[]}""", "files")]
    [TestCase("""{"format":1,"files":[],"tables":null}""", "tables")]
    [TestCase("""{"format":1,"files":[],"tables":[null]}""", "a table or a column has no name")]
    [TestCase("""{"format":1,"files":[],"tables":[{"path":"a","reader":"csv","profile":{"rows":1,"columns":[null]}}]}""", "a table or a column has no name")]
    [TestCase("""{"format":1,"files":[],"tables":[{"path":"a","reader":"csv","profile":{"rows":1,"columns":null}}]}""", "columns")]
    [TestCase("""{"format":1,"files":[],"tables":[]}""", "its files do not match the digest of d/1")]
    public async Task A_dataset_without_its_lists_is_refused(string json, string fault) =>
        await RefusesAsync(json, fault, digest => new DatasetManifestReader(_content).ReadAsync(VersionOf(digest), default));

    [TestCase("""{"format":1,"outputs":null}""", "outputs")]
    [TestCase("""{"format":1,"outputs":{"files":null}}""", "files")]
    [TestCase("""{"format":1,"outputs":{"values":null}}""", "values")]
    [TestCase("""{"format":1,"outputs":{"values":{"a":null}}}""", "its value 'a' is null")]
    [TestCase("""{"format":1,"outputs":{"metrics":{"a":null}}}""", "metrics")]
    public async Task A_step_without_its_outputs_is_refused(string json, string fault) =>
        await RefusesAsync(json, fault, digest => StepManifest.ReadAsync(_content, digest, default));

    [TestCase("\"gpus\":[null]", "'gpus'")]
    [TestCase("\"gpus\":null", "gpus")]
    [TestCase("\"arguments\":[null]", "'arguments'")]
    [TestCase("\"packages\":{\"a\":null}", "'packages'")]
    [TestCase("\"settings\":{\"a\":null}", "'settings'")]
    [TestCase("\"git\":{\"commit\":\"c\",\"untrackedFiles\":[null]}", "")]
    public async Task The_environment_of_a_run_with_a_null_in_it_is_refused(string property, string fault) => await RefusesAsync(
        """{"format":1,"environment":{"runtime":"r","operatingSystem":"o","architecture":"a","machine":"m",$}}"""
            .Replace("$", property, StringComparison.Ordinal),
        fault,
        digest => RunEnvironmentReader.ReadAsync(_content, digest, default));

    [Test]
    public async Task Lists_that_are_absent_are_empty()
    {
        var outputs = await StepManifest.ReadAsync(_content, await AddAsync("""{"format":1,"outputs":{}}"""), default);
        var environment = await RunEnvironmentReader.ReadAsync(
            _content, await AddAsync("""{"format":1,"environment":{"runtime":"r","operatingSystem":"o","architecture":"a","machine":"m"}}"""), default);
        var package = await PackageManifest.ReadAsync(_content, await AddAsync("""{"format":1,"files":[]}"""), default);

        Assert.That((outputs.Files.Count, outputs.Values.Count, outputs.Metrics.Count, package.Examples.Count), Is.EqualTo((0, 0, 0, 0)));
        Assert.That((environment.Gpus.Count, environment.Arguments.Count, environment.Packages.Count, environment.Settings.Count), Is.EqualTo((0, 0, 0, 0)));
    }

    private static string File(string path, long size = 1) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"path":"{{path}}","size":{{size}},"sha256":"{{s_digest}}"}""");

    private static DatasetVersion VersionOf(Sha256Digest manifest) => new()
    {
        Dataset = "d",
        Number = 1,
        Digest = Sha256Digest.Of("other"u8),
        Manifest = manifest,
        FileCount = 1,
        TotalSize = 1,
        Tags = new Dictionary<string, string>(),
        Actor = "a",
        Created = DateTimeOffset.UnixEpoch,
    };

    private async Task<Sha256Digest> AddAsync(string json) =>
        await (await _content.BeginWriteAsync()).AddBytesAsync(Encoding.UTF8.GetBytes(json), "application/json");

    private async Task RefusesAsync(string json, string fault, Func<Sha256Digest, Task> read)
    {
        var digest = await AddAsync(json);

        var thrown = await Assert.ThrowsAsync<DocumentFormatException>(() => read(digest));

        Assert.That(thrown!.Message, Does.Contain(ContentStore.PathOf(digest).ToString()).And.Contain(fault));
    }
}
