using System.Runtime.Versioning;
using System.Text;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task A_file_changed_during_the_snapshot_is_named_and_nothing_is_recorded()
    {
        Write("data/a.txt", "before");
        Write("data/b.txt", "before");
        var changes = new Reaction(() => Write("data/a.txt", "after, and longer"), () => Write("data/b.txt", "after, and longer"));

        var thrown = (await Assert.ThrowsAsync<InvalidOperationException>(() => Datasets.SnapshotAsync("d", FolderOf("data"), changes)))!;

        Assert.That(thrown.Message, Does.Contain(".txt' changed while it was read"));
        Assert.That(await Datasets.FindAsync("d"), Is.Null);
        Assert.That(await Store.ListAsync(ArtifactPath.Parse("datasets")).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Files_that_another_system_could_not_restore_are_refused()
    {
        Write("case/Data.csv", "1");
        Write("case/data.csv", "2");
        Write("link/a.txt", "1");
        File.CreateSymbolicLink(Path.Combine(FolderOf("link"), "b.txt"), "a.txt");
        Write("device/aux.txt", "1");

        await RefusesAsync("case", "differ only in case");
        await RefusesAsync("link", "symbolic link");
        await RefusesAsync("device", "device name");

        async Task RefusesAsync(string folder, string fault)
        {
            var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => Datasets.SnapshotAsync("d", FolderOf(folder))))!;
            Assert.That(thrown.Message, Does.Contain(fault));
        }
    }

    [Test]
    public async Task Links_can_be_followed_and_files_can_be_ignored_by_patterns()
    {
        Write("source/a.txt", "1");
        Write("source/b.tmp", "2");
        File.CreateSymbolicLink(Path.Combine(FolderOf("source"), "c.txt"), "a.txt");

        var version = await Datasets.SnapshotAsync("d", new DatasetSnapshot
        {
            Files = [FolderOf("source")],
            Links = SymbolicLinks.FollowWithin,
            Ignore = ["*.tmp"]
        });
        var contents = await Datasets.OpenAsync(version.Reference);

        Assert.That(contents.Files.Select(static file => file.Path), Is.EqualTo(["a.txt", "c.txt"]));
        Assert.That((await contents.CompareAsync(FolderOf("source"), SymbolicLinks.FollowWithin, ["*.tmp"])).IsUnchanged);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task Executable_flags_are_recorded_and_not_part_of_the_digest()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows does not record which files are programs.");
        }

        Write("source/run.sh", "1");
        Write("source/data", "2");
        var plain = await Datasets.SnapshotAsync("d", FolderOf("source"));
        File.SetUnixFileMode(Path.Combine(FolderOf("source"), "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var program = await Datasets.SnapshotAsync("d", FolderOf("source"));
        var unchanged = await Datasets.SnapshotAsync("d", FolderOf("source"));
        var contents = await Datasets.OpenAsync(program.Reference);
        await contents.RestoreAsync(FolderOf("restored"));

        Assert.That((plain.Number, program.Number, unchanged.Number, program.Digest), Is.EqualTo((1, 2, 2, plain.Digest)));
        Assert.That(contents.Files.Select(static file => (file.Path, file.IsExecutable)), Is.EqualTo([("data", false), ("run.sh", true)]));
        Assert.That(File.GetUnixFileMode(Path.Combine(FolderOf("restored"), "run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(Path.Combine(FolderOf("restored"), "data")).HasFlag(UnixFileMode.UserExecute), Is.False);
        Assert.That((await Datasets.DiffAsync(plain.Reference, program.Reference)).ToString(), Does.Contain("~ run.sh (1 → 1 bytes, executable)"));
    }

    [TestCase("a/b", "contains a '/'")]
    [TestCase("a:b", "contains a ':'")]
    [TestCase("..", "segment")]
    [TestCase("nul", "device")]
    [TestCase("a\nb", "control")]
    [TestCase("end.", "ends with a dot")]
    public async Task A_name_that_is_not_portable_is_refused(string name, string fault)
    {
        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => Datasets.FindAsync(name)))!;

        Assert.That(thrown.Message, Does.Contain(fault));
    }

    [Test]
    public async Task The_longest_names_work_and_longer_ones_are_refused()
    {
        var longest = new string('語', 250);

        await Datasets.SnapshotAsync(longest, Write("a.txt", "1"));

        Assert.That((await Datasets.ListAsync().SingleAsync()).Name, Is.EqualTo(longest));
        await Assert.ThrowsAsync<ArgumentException>(() => Datasets.FindAsync(longest + "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => Datasets.FindAsync(""));
    }

    [Test]
    public async Task An_empty_snapshot_and_an_empty_change_are_refused()
    {
        Directory.CreateDirectory(FolderOf("empty"));
        await Datasets.SnapshotAsync("d", Write("a.txt", "1"));

        await RefusesAsync(() => Datasets.SnapshotAsync("d", new DatasetSnapshot()), "neither files nor streams");
        await RefusesAsync(() => Datasets.SnapshotAsync("d", FolderOf("empty")), "no file in");
        await RefusesAsync(() => Datasets.SnapshotAsync("d", FolderOf("missing")), "does not exist");
        await RefusesAsync(() => Datasets.SnapshotStreamAsync("d", Stream.Null, "../a"), "segment");
        await RefusesAsync(() => Datasets.ChangeAsync("d", new DatasetChange()), "but not both");
        await RefusesAsync(() => Datasets.ChangeAsync("d", new DatasetChange { Delete = true, Description = "x" }), "but not both");
        await RefusesAsync(() => Datasets.DescribeAsync("d", new string('x', 100_001)), "The maximum is");
        await RefusesAsync(() => Datasets.DescribeAsync("d", "half of a pair: \ud800"), "well-formed");
        await RefusesAsync(() => Datasets.TagAsync("d", " ", "x"), "empty");

        static async Task RefusesAsync(Func<Task> call, string fault)
        {
            var thrown = (await Assert.ThrowsAsync<ArgumentException>(call))!;
            Assert.That(thrown.Message, Does.Contain(fault));
        }
    }

    [TestCase("{\"format\":1", "truncated or altered")]
    [TestCase("{\"format\":9}", "Update MlOps.Core")]
    [TestCase("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "truncated or altered")]
    [TestCase("{EVENT:{\"kind\":\"merged\"}}", "Update MlOps.Core")]
    [TestCase("{EVENT:{\"kind\":1}}", "truncated or altered")]
    [TestCase("{EVENT:{\"kind\":\"snapshot\",\"version\":1}}", "adds version 1 after version 0, or lacks a required property")]
    [TestCase("{EVENT:null}", "altered")]
    [TestCase("HUGE", "2097152 bytes")]
    public async Task An_invalid_event_is_an_error_that_names_it(string json, string fault)
    {
        var text = json == "HUGE" ? new string(' ', 2 << 20) : json.StartsWith("{EVENT:", StringComparison.Ordinal) ? EventWith(json[7..^1]) : json;
        await Store.WriteTextAsync(EventOf("d", 1), text);

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => Datasets.FindAsync("d")))!;

        Assert.That(thrown.Path, Is.EqualTo(EventOf("d", 1)));
        Assert.That(thrown.Message, Does.Contain(fault));
    }

    [TestCase("{\"format\":1,\"files\":[", "truncated or altered")]
    [TestCase("{\"format\":2,\"files\":{}}", "Update MlOps.Core")]
    [TestCase("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "truncated or altered")]
    [TestCase("{\"format\":1,\"files\":null,\"tables\":[]}", "truncated or altered")]
    [TestCase("{\"format\":1,\"files\":[null],\"tables\":[]}", "file 1 has no valid path")]
    [TestCase("{\"format\":1,\"files\":[{\"path\":\"../x\",\"size\":0,\"sha256\":\"ZERO\"}],\"tables\":[]}", "file 1 has no valid path")]
    [TestCase("{\"format\":1,\"files\":[{\"path\":\"a\",\"size\":0,\"sha256\":\"ZERO\"},{\"path\":\"a\",\"size\":0,\"sha256\":\"ZERO\"}],\"tables\":[]}",
        "'a' is listed twice")]
    [TestCase(
        """{"format":1,"files":[{"path":"b","size":0,"sha256":"ZERO"},{"path":"a","size":0,"sha256":"ZERO"}],"tables":[]}""",
        "not in the order of the paths")]
    [TestCase("{\"format\":1,\"files\":[],\"tables\":[{\"path\":\"a\",\"reader\":\"csv\",\"profile\":{\"rows\":1,\"columns\":[null]}}]}", "has no name")]
    [TestCase("{\"format\":1,\"files\":[{\"path\":\"a\",\"size\":0,\"sha256\":\"ZERO\"}],\"tables\":[]}", "do not match the digest of d/1")]
    public async Task An_invalid_manifest_of_a_dataset_is_an_error_that_names_it(string json, string fault)
    {
        var bytes = Encoding.UTF8.GetBytes(json.Replace("ZERO", new string('0', 64), StringComparison.Ordinal));
        var manifest = BlobOf(Sha256Digest.Of(bytes));
        await Store.WriteBytesAsync(manifest, bytes);
        var snapshot = $"{{\"kind\":\"snapshot\",\"version\":1,\"digest\":\"{new string('0',
            64)}\",\"manifest\":\"{Sha256Digest.Of(bytes)}\",\"fileCount\":1,\"totalSize\":0}}";
        await Store.WriteTextAsync(EventOf("d", 1), EventWith(snapshot));

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => Datasets.OpenAsync(new DatasetReference("d", 1))))!;

        Assert.That(thrown.Path, Is.EqualTo(manifest));
        Assert.That(thrown.Message, Does.Contain(fault));
    }

    [Test]
    public async Task Other_files_in_the_folder_of_datasets_are_ignored()
    {
        await Store.WriteTextAsync(ArtifactPath.Parse("datasets/readme.md"), "text");
        await Store.WriteTextAsync(ArtifactPath.Parse("datasets/a/notes/1.txt"), "text");
        await Datasets.SnapshotAsync("b", Write("a.txt", "1"));
        await Store.WriteTextAsync(ArtifactPath.Parse("datasets/b/zzz.txt"), "text");
        await Datasets.SnapshotAsync("c", Write("a.txt", "1"));

        Assert.That(await Open(Store).ListAsync().Select(static dataset => dataset.Name).ToListAsync(), Is.EqualTo(["b", "c"]));
    }

    private static string EventWith(string json) =>
        $"{{\"format\":1,\"sequence\":1,\"previous\":null,\"nonce\":\"{Guid.NewGuid()}\","
        + $"\"time\":\"2026-03-01T12:00:00+00:00\",\"actor\":\"ann\",\"event\":{json}}}";

    /// <summary>Does something at the first report and something else at the second.</summary>
    private sealed class Reaction(params Action[] actions) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => actions[value.Items - 1]();
    }
}
