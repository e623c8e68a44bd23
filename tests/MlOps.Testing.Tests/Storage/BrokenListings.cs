using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

/// <summary>Lists with one thing wrong.</summary>
internal abstract class BrokenListing : DelegatingStore
{
    public override async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var all = new List<ArtifactEntry>();
        await foreach (var entry in Inner.ListAsync(cancellationToken: cancellationToken))
        {
            all.Add(entry);
        }

        foreach (var entry in Order(all.Where(entry => IsIn(entry.Path, prefix) && IsAfter(entry.Path, startAfter))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    protected virtual bool IsIn(ArtifactPath path, ArtifactPath? prefix) => prefix is null || path.IsBelow(prefix);

    protected virtual bool IsAfter(ArtifactPath path, ArtifactPath? startAfter) => startAfter is null || path > startAfter;

    protected virtual IEnumerable<ArtifactEntry> Order(IEnumerable<ArtifactEntry> entries) => entries;
}

internal sealed class ListsInReverse : BrokenListing
{
    protected override IEnumerable<ArtifactEntry> Order(IEnumerable<ArtifactEntry> entries) => entries.Reverse();
}

internal sealed class ListsFolderByFolder : BrokenListing
{
    protected override IEnumerable<ArtifactEntry> Order(IEnumerable<ArtifactEntry> entries) =>
        entries.OrderBy(static entry => entry.Path.ToString().Replace('/', '\u0001'), StringComparer.Ordinal);
}

internal sealed class ListsInUtf16Order : BrokenListing
{
    protected override IEnumerable<ArtifactEntry> Order(IEnumerable<ArtifactEntry> entries) =>
        entries.OrderBy(static entry => entry.Path.ToString(), StringComparer.Ordinal);
}

internal sealed class ListsTheFirstPageOnly : BrokenListing
{
    protected override IEnumerable<ArtifactEntry> Order(IEnumerable<ArtifactEntry> entries) => entries.Take(1_000);
}

internal sealed class ListsSiblingsOfThePrefix : BrokenListing
{
    protected override bool IsIn(ArtifactPath path, ArtifactPath? prefix) =>
        prefix is null || path.IsBelow(prefix) || (path != prefix && path.ToString().StartsWith(prefix.ToString(), StringComparison.Ordinal));
}

internal sealed class ListsThePrefixItself : BrokenListing
{
    protected override bool IsIn(ArtifactPath path, ArtifactPath? prefix) => prefix is null || path == prefix || path.IsBelow(prefix);
}

internal sealed class ListsWhatItShouldStartAfter : BrokenListing
{
    protected override bool IsAfter(ArtifactPath path, ArtifactPath? startAfter) => startAfter is null || path >= startAfter;
}
