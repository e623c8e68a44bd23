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
    public void A_root_that_is_not_a_path_is_rejected(string root) => Assert.That(FaultOf(root), Does.Contain("which is not the path of a folder"));

    [TestCase(
        "s3://acme/models",
        "is 's3://acme/models', which is an address, not the path of a folder.",
        "set MlOps:Storage:Provider to 'S3', and MlOps:Storage:S3:Bucket")]
    [TestCase("s3:/acme", "is 's3:/acme', which is an address", "set MlOps:Storage:Provider to 'S3'")]
    [TestCase("https://acme.blob.core.windows.net/ml", "which is an address", "set MlOps:Storage:Provider to 'AzureBlob'")]
    [TestCase("https://acme.blob.core.windows.net/ml?sig=c2VjcmV0", "is an address that begins with 'https://'", "set MlOps:Storage:Provider to 'AzureBlob'")]
    [TestCase("https://ada:c2VjcmV0@example.com", "is an address that begins with 'https://'", "Set it to the folder that stores the artifacts")]
    [TestCase("file:///tmp/x", "which is an address", "The folder of this address is '/tmp/x'.")]
    [TestCase("~", "is '~', but '~' is not expanded in a setting.", "Write the full path.")]
    [TestCase("~/mlops", "is '~/mlops', but '~' is not expanded in a setting.", "Write the full path.")]
    [TestCase("$HOME/mlops", "but '$HOME' is not expanded", "Write the full path.")]
    [TestCase("/data/${ENV}/mlops", "but '${ENV}' is not expanded", "Write the full path.")]
    [TestCase("%APPDATA%\\mlops", "but '%APPDATA%' is not expanded", "Write the full path.")]
    public void A_root_that_is_an_address_or_is_not_expanded_is_refused(string root, string fault, string remedy) =>
        Assert.That(FaultOf(root), Does.StartWith("MlOps:Storage:LocalDisk:Root ").And.Contain(fault).And.Contain(remedy).And.Not.Contain("c2VjcmV0"));

    [TestCase("data~1/100%")]
    [TestCase("c$/50% of 100%")]
    [TestCase("C:/mlops-data")]
    public void A_root_with_the_characters_of_variables_and_drives_is_accepted(string root) => Assert.That(FaultOf(root), Is.Null);

    [TestCase("rwx")]
    [TestCase("")]
    [TestCase("0")]
    [TestCase("789")]
    [TestCase("0660")]
    [TestCase("0070")]
    [TestCase("27700")]
    public void A_mode_that_is_not_octal_or_excludes_the_user_is_rejected(string mode) =>
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
