using Microsoft.Extensions.Options;

namespace MlOps.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalDiskStorageOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_root_that_is_a_file_is_refused_with_setting_value_and_remedy()
    {
        var file = CreateFile();

        Assert.That(FaultOf(file), Does.StartWith($"MlOps:Storage:LocalDisk:Root is '{file}', which is a file.").And.Contain("Set it to the folder"));
        Assert.Throws<OptionsValidationException>(() => _ = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = file }));
    }

    [Test]
    public void A_root_below_a_file_is_refused() =>
        Assert.That(FaultOf(Path.Combine(CreateFile(), "below", "store")), Does.Contain($"'{Path.Combine(_folder.Path, "file")}' is a file"));

    [Test]
    public void A_root_that_is_a_link_to_nowhere_or_below_one_is_refused([Values("", "below")] string below)
    {
        var link = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_folder.Path, "gone"));

        Assert.That(FaultOf(Path.Combine(link, below)), Does.Contain($"'{link}' is a symbolic link").And.Contain("mount its disk"));
    }

    [Test]
    public void A_root_that_is_a_folder_a_link_to_one_or_not_there_yet_is_accepted()
    {
        var link = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory(Path.Combine(_folder.Path, "folder")).FullName);

        Assert.That(new[] { _folder.Path, link, Path.Combine(link, "a", "b"), "mlops-data", "/" }.Select(FaultOf), Is.All.Null);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a\0b")]
    public void A_root_that_is_no_path_is_refused(string root) => Assert.That(FaultOf(root), Does.Contain("which is no folder"));

    [TestCase("rwx")]
    [TestCase("")]
    [TestCase("0")]
    [TestCase("789")]
    [TestCase("0660")]
    [TestCase("0070")]
    [TestCase("27700")]
    public void A_mode_that_is_no_octal_number_or_keeps_the_user_out_is_refused(string mode) =>
        Assert.That(FaultOf(_folder.Path, mode), Does.StartWith($"MlOps:Storage:LocalDisk:Mode is '{mode}'.").And.Contain("'2770'"));

    [TestCase("0700")]
    [TestCase("770")]
    [TestCase("2775")]
    public void A_mode_that_lets_the_user_in_is_accepted(string mode) => Assert.That(FaultOf(_folder.Path, mode), Is.Null);

    private static string? FaultOf(string root) => FaultOf(root, null);

    private static string? FaultOf(string root, string? mode) =>
        new LocalDiskStorageOptionsValidator().Validate("LocalDisk", new LocalDiskStorageOptions { Root = root, Mode = mode }).FailureMessage;

    private string CreateFile()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        return file;
    }
}
