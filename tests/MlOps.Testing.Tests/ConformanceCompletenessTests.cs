using MlOps.Storage;
using MlOps.Testing.Tests.Storage;

namespace MlOps.Testing.Tests;

public sealed class ConformanceCompletenessTests
{
    [Test]
    public void Store_with_a_fixture_of_its_name_has_no_fault()
    {
        var faults = ConformanceCompleteness.FindFaults(
            [typeof(InMemoryArtifactStore)], [typeof(ArtifactStoreConformance), typeof(InMemoryArtifactStoreTests)]);

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Store_without_a_fixture_is_a_fault()
    {
        var faults = ConformanceCompleteness.FindFaults(
            [typeof(InMemoryArtifactStore), typeof(LocalDiskArtifactStore)], [typeof(ArtifactStoreConformance), typeof(InMemoryArtifactStoreTests)]);

        Assert.That(faults, Is.EqualTo(new[]
        {
            "LocalDiskArtifactStore has no fixture. Derive a sealed class LocalDiskArtifactStoreTests from ArtifactStoreConformance.",
        }));
    }

    [Test]
    public void Conformance_without_a_fixture_is_a_fault()
    {
        var faults = ConformanceCompleteness.FindFaults([], [typeof(ArtifactStoreConformance)]);

        Assert.That(faults, Is.EqualTo(new[] { "No sealed fixture derives from ArtifactStoreConformance." }));
    }

    [Test]
    public void Decorator_that_inherits_a_default_member_is_a_fault()
    {
        var faults = ConformanceCompleteness.FindFaults(
            [typeof(HidingStore)], [typeof(ArtifactStoreConformance), typeof(InMemoryArtifactStoreTests)]);

        Assert.That(faults, Is.EqualTo(new[] { "The decorator HidingStore inherits GetService of IArtifactStore instead of forwarding it." }));
    }

    [Test]
    public void Decorator_that_forwards_every_member_has_no_fault()
    {
        var faults = ConformanceCompleteness.FindFaults(
            [typeof(DelegatingStore)], [typeof(ArtifactStoreConformance), typeof(InMemoryArtifactStoreTests)]);

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Decorators_of_Core_forward_all_members()
    {
        var faults = ConformanceCompleteness.FindFaults([typeof(InMemoryArtifactStore).Assembly], [typeof(InMemoryArtifactStoreTests).Assembly]);

        Assert.That(faults, Has.None.Contains("inherits"));
    }

    private sealed class HidingStore(IArtifactStore inner) : IArtifactStore
    {
        public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

        public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
            inner.OpenReadAsync(path, options, cancellationToken);

        public Task<ArtifactWriteResult> WriteAsync(
            ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(path, content, options, cancellationToken);

        public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

        public IAsyncEnumerable<ArtifactEntry> ListAsync(
            ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, startAfter, cancellationToken);
    }
}
