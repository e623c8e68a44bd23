using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DefaultSpoolFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeLogger _log = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void The_spool_is_private_and_in_the_application_data_folder()
    {
        var spool = DefaultSpoolFolder.Create(_folder.Path, _log);

        Assert.That(spool, Is.EqualTo(Path.Combine(_folder.Path, "mlops", "spool")).And.EqualTo(DefaultSpoolFolder.Create(_folder.Path, _log)));
        AssertPrivate(spool);
        Assert.That(_log.Collector.Count, Is.Zero);
    }

    [Test]
    public void A_user_without_a_folder_gets_a_temporary_folder_with_a_random_name()
    {
        var (one, other) = (DefaultSpoolFolder.Create("", _log), DefaultSpoolFolder.Create("", _log));
        try
        {
            Assert.That(one, Is.Not.EqualTo(other));
            AssertPrivate(one);
            Assert.That(_log.LatestRecord.Message, Does.Contain("MlOps:Tracking:SpoolFolder"));
        }
        finally
        {
            Directory.Delete(one);
            Directory.Delete(other);
        }
    }

    [Test]
    public void A_folder_that_cannot_be_created_is_reported_and_replaced_by_a_temporary_folder()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");

        var spool = DefaultSpoolFolder.Create(file, _log);

        Directory.Delete(spool);
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Information));
        Assert.That(_log.LatestRecord.Message, Does.Contain(Path.Combine(file, "mlops", "spool")).And.Contain("MlOps:Tracking:SpoolFolder"));
    }

    private static void AssertPrivate(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }
}
