using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class MlOpsMigrationTests
{
    [Test]
    public async Task A_migration_is_created_from_two_keys_ignoring_case()
    {
        await using var services = new ServiceCollection().AddMlOps().AddInMemoryStorage("archive").Services.BuildServiceProvider();
        var path = ArtifactPath.Parse("a");
        await services.GetRequiredKeyedService<IArtifactStore>("Memory").WriteTextAsync(path, "content");

        await services.GetArtifactMigrator("memory", "ARCHIVE").RunAsync();

        Assert.That(await services.GetRequiredKeyedService<IArtifactStore>("archive").ReadTextAsync(path), Is.EqualTo("content"));
    }

    [Test]
    public async Task An_unknown_key_is_reported_with_the_registered_keys()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();

        var thrown = Assert.Throws<ArgumentException>(() => services.GetArtifactMigrator("Memory", "S3"))!;

        Assert.That(thrown.Message, Does.Contain("'S3'").And.Contain("'LocalDisk', 'Memory'"));
    }

    [Test]
    public async Task The_same_key_twice_is_rejected()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();

        Assert.That(Assert.Throws<ArgumentException>(() => services.GetArtifactMigrator("Memory", "memory"))!.Message, Does.Contain("same store"));
    }
}
