using System.Diagnostics;
using System.Net.Sockets;

namespace MlOps.Content;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SourceFileTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly string _folder;

    public SourceFileTests() => _folder = Directory.CreateDirectory(LinkTarget.Resolve(Path.Combine(_temporary.Path, "source"))).FullName;

    public void Dispose() => _temporary.Dispose();

    [Test]
    public void A_named_pipe_is_refused_at_once()
    {
        var pipe = CreatePipe("in/pipe");

        Assert.That(
            Refuse([_folder]),
            Is.EqualTo($"'{pipe}' is a named pipe, which has no content that can be stored. Remove it, exclude it, or pass other files. (Parameter 'entry')"));
        Assert.That(Refuse([pipe]), Does.Contain("is a named pipe"));
    }

    [Test]
    public void A_socket_and_a_device_are_refused_at_once()
    {
        RequireLinux();
        var path = Path.Combine(_folder, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        Assert.That(Refuse([path]), Does.Contain($"'{path}' is a socket"));
        Assert.That(Refuse(["/dev/zero"]), Does.Contain("'/dev/zero' is a character device"));
    }

    [Test]
    public void Reading_a_file_that_was_replaced_by_a_pipe_does_not_block()
    {
        Write("a");
        var file = Find().Single();
        File.Delete(file.File);
        CreatePipe("a");

        Assert.That(Assert.Throws<ArgumentException>(() => file.OpenRead())!.Message, Does.Contain($"'{file.File}' is a named pipe"));
    }

    [Test]
    public void A_file_that_was_replaced_by_a_link_to_a_device_is_refused()
    {
        RequireLinux();
        Write("a");
        var file = Find().Single();
        File.Delete(file.File);
        File.CreateSymbolicLink(file.File, "/dev/zero");

        Assert.That(Assert.Throws<ArgumentException>(() => file.OpenRead())!.Message, Does.Contain("is a character device"));
    }

    [Test]
    public void A_removed_file_is_reported_with_the_reason()
    {
        Write("a");
        var file = Find().Single();
        File.Delete(file.File);

        Assert.That(
            Assert.Throws<InvalidOperationException>(() => file.OpenRead())!.Message,
            Does.StartWith($"The file '{file.File}' was removed while it was read"));
    }

    [Test]
    public void A_file_that_another_program_writes_is_named_with_the_reason()
    {
        Write("a");
        var file = Find().Single();
        using var writer = new FileStream(file.File, FileMode.Open, FileAccess.Write, FileShare.None);

        Assert.That(Assert.Throws<ArgumentException>(() => file.OpenRead())!.Message, Does.Contain($"'{file.File}' cannot be read"));
    }

    [Test]
    public async Task A_file_is_read_from_its_beginning_and_can_be_read_again()
    {
        Write("a", "text");
        var file = Find().Single();

        await using var content = file.OpenRead();
        using var reader = new StreamReader(content);
        var first = await reader.ReadToEndAsync();
        content.Position = 0;

        Assert.That((first, await reader.ReadToEndAsync(), content.Length), Is.EqualTo(("text", "text", 4)));
    }

    [TestCase(typeof(UnauthorizedAccessException), "has no permission")]
    [TestCase(typeof(FileNotFoundException), "The file or folder 'x' does not exist")]
    [TestCase(typeof(DirectoryNotFoundException), "The file or folder 'x' does not exist")]
    [TestCase(typeof(IOException), "'x' cannot be read: ")]
    public void The_message_contains_the_reason_of_the_operating_system(Type type, string message)
    {
        var cause = (Exception)Activator.CreateInstance(type)!;

        var thrown = SourceFinder.Unreadable("x", cause);

        Assert.That(thrown.Message, Does.Contain(message));
        Assert.That(thrown.InnerException, Is.SameAs(cause));
    }

    [Test]
    public void A_missing_source_is_reported_with_its_path() => Assert.That(Refuse([Path.Combine(_folder, "none")]), Does.StartWith("The file or folder '"));

    [Test]
    public void A_link_is_refused_with_its_target_unless_links_are_followed()
    {
        Write("a");
        Link("b", "a");

        Assert.That(Refuse([_folder]), Does.Contain("b' is a symbolic link to 'a'").And.Contain("SymbolicLinks"));
        Assert.That(Paths(SymbolicLinks.FollowWithin), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public void The_links_of_a_mounted_ConfigMap_are_followed()
    {
        Write("..2026_11_30/app.json", "1");
        Link("..data", "..2026_11_30");
        Link("app.json", "..data/app.json");

        var files = SourceFile.FindAll([_folder], new SourceSelection(SymbolicLinks.FollowWithin, ["..*"]));

        Assert.That(files.Select(static file => (file.Path, file.Size)), Is.EqualTo([("app.json", 1L)]));
    }

    [Test]
    public void The_links_of_a_model_cache_lead_out_of_the_folder_and_are_followed_on_request()
    {
        Write("../blobs/1234", "weights");
        Link("model.onnx", "../blobs/1234");

        Assert.That(Refuse([_folder], SymbolicLinks.FollowWithin), Does.Contain($"which is not below '{_folder}'").And.Contain("SymbolicLinks.Follow"));
        Assert.That(
            SourceFile.FindAll([_folder], new SourceSelection(SymbolicLinks.Follow, [])).Select(static file => (file.Path, file.Size)),
            Is.EqualTo([("model.onnx", 7L)]));
    }

    [Test]
    public void A_link_through_a_link_that_leads_out_is_not_within()
    {
        Write("../outside/secret", "1");
        Link("folder", "../outside");
        Link("a", "folder/secret");

        Assert.That(Refuse([_folder], SymbolicLinks.FollowWithin, ["folder"]), Does.Contain("is not below"));
    }

    [Test]
    public void Links_without_an_end_are_refused()
    {
        Write("in/a");
        Link("in/loop", "../in");

        Assert.That(Refuse([_folder], SymbolicLinks.Follow), Does.Contain("contains the link"));
    }

    [Test]
    public void Links_that_lead_back_through_other_links_are_refused()
    {
        Write("one/a");
        Write("two/b");
        Link("one/x", "../two");
        Link("two/y", "../one");

        Assert.That(Refuse([_folder], SymbolicLinks.Follow), Does.Contain("contains the link"));
    }

    [Test]
    public void Links_that_lead_in_a_circle_or_nowhere_are_refused()
    {
        Link("a", "b");
        Link("b", "a");
        Assert.That(Refuse([_folder], SymbolicLinks.Follow), Does.Contain("part of a cycle of links"));

        File.Delete(Path.Combine(_folder, "b"));
        Assert.That(Refuse([_folder], SymbolicLinks.Follow), Does.Contain("which does not exist"));
        Assert.That(Refuse([Path.Combine(_folder, "a")]), Does.Contain("is a symbolic link to 'b'"));
    }

    [Test]
    public void Two_links_to_one_folder_are_two_folders()
    {
        Write("real/a");
        Link("x", "real");
        Link("y", "real");

        Assert.That(Paths(SymbolicLinks.FollowWithin), Is.EqualTo(["real/a", "x/a", "y/a"]));
    }

    [Test]
    public void A_change_of_a_followed_link_is_detected()
    {
        Write("one");
        Write("two");
        Link("a", "one");
        var file = SourceFile.FindAll([_folder], new SourceSelection(SymbolicLinks.Follow, ["one", "two"])).Single();
        file.ThrowIfChanged();

        File.Delete(Path.Combine(_folder, "a"));
        Link("a", "two");

        Assert.Throws<InvalidOperationException>(file.ThrowIfChanged);
    }

    [Test]
    public void A_folder_that_is_given_by_a_link_is_the_folder_it_leads_to()
    {
        Write("real/a");
        Link("current", "real");

        Assert.That(SourceFile.FindAll([Path.Combine(_folder, "current")]).Select(static file => file.Path), Is.EqualTo(["a"]));
    }

    [TestCase("*.tmp", "a.csv,in/a.csv,in/out/.git/x,in/out/b.log")]
    [TestCase("*.TMP", "a.csv,in/a.csv,in/out/.git/x,in/out/b.log")]
    [TestCase(".git", "a.csv,a.tmp,in/a.csv,in/b.tmp,in/out/b.log")]
    [TestCase("out/", "a.csv,a.tmp,in/a.csv,in/b.tmp")]
    [TestCase("in/*.csv", "a.csv,a.tmp,in/b.tmp,in/out/.git/x,in/out/b.log")]
    [TestCase("in/**/*.log", "a.csv,a.tmp,in/a.csv,in/b.tmp,in/out/.git/x")]
    [TestCase("in/**", "a.csv,a.tmp")]
    [TestCase("none", "a.csv,a.tmp,in/a.csv,in/b.tmp,in/out/.git/x,in/out/b.log")]
    public void Files_and_folders_that_a_pattern_matches_are_left_out(string pattern, string left)
    {
        foreach (var path in new[] { "a.csv", "a.tmp", "in/a.csv", "in/b.tmp", "in/out/b.log", "in/out/.git/x" })
        {
            Write(path);
        }

        var files = SourceFile.FindAll([_folder], new SourceSelection(SymbolicLinks.Refuse, [pattern]));

        Assert.That(string.Join(',', files.Select(static file => file.Path)), Is.EqualTo(left));
    }

    [Test]
    public void An_excluded_file_is_not_refused()
    {
        Write("a");
        CreatePipe("logs/pipe");
        Link("broken", "nowhere");

        Assert.That(
            SourceFile.FindAll([_folder], new SourceSelection(SymbolicLinks.Refuse, ["logs", "broken"])).Select(static file => file.Path),
            Is.EqualTo(["a"]));
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("../a")]
    [TestCase(@"a\b")]
    public void A_pattern_that_cannot_match_is_refused(string pattern) =>
        Assert.That(Refuse([_folder], ignore: [pattern]), Does.StartWith($"'{pattern}' is not a valid pattern for files to ignore"));

    [Test]
    public void An_undefined_value_for_links_is_refused() => Assert.That(
        Refuse([_folder], (SymbolicLinks)7),
        Does.Contain("Use one of Refuse, FollowWithin, Follow"));

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("The types of files are found on Linux.");
        }
    }

    private static string Refuse(IReadOnlyList<string> sources, SymbolicLinks links = SymbolicLinks.Refuse, IReadOnlyList<string>? ignore = null) =>
        Assert.Throws<ArgumentException>(() => SourceFile.FindAll(sources, new SourceSelection(links, ignore ?? [])))!.Message;

    private string[] Paths(SymbolicLinks links) => [.. SourceFile.FindAll([_folder], new SourceSelection(links, [])).Select(static file => file.Path)];

    private List<SourceFile> Find() => SourceFile.FindAll([_folder]);

    private void Link(string path, string target)
    {
        var link = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }

    private string CreatePipe(string path)
    {
        RequireLinux();
        var pipe = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(pipe)!);
        using var process = Process.Start("mkfifo", pipe);
        process.WaitForExit();
        return pipe;
    }

    private void Write(string path, string text = "")
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
