using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private const int Groups = 3;

    [Test]
    [Category("Soak")]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task List_of_many_artifacts_is_complete_ordered_and_can_be_stopped()
    {
        var paths = Enumerable.Range(0, ManyArtifacts).Select(static i => At($"{(char)('a' + (i % Groups))}/{i:000000}")).Order().ToArray();
        await Parallel.ForEachAsync(
            paths,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (path, token) => await Store.WriteBytesAsync(path, [1], cancellationToken: token));

        var names = paths.Select(static path => path.ToString()).ToArray();
        Assert.That(await ListAsync(), Is.EqualTo(names), "everything");
        Assert.That(await ListAsync("b"), Is.EqualTo(names.Where(static name => name[0] == 'b')), "a prefix of several pages");
        var border = Math.Min(1_000, names.Length / 2);
        Assert.That(await ListAsync(startAfter: names[border]), Is.EqualTo(names[(border + 1)..]), "after the border of a page");
        Assert.That(await ListAsync("c", names[^3]), Is.EqualTo(names[^2..]), "the end of a prefix");
        var taken = border + (border / 2);
        Assert.That(await TakeAsync(taken), Is.EqualTo(names[..taken]), "broken off in the second page");
    }

    private async Task<List<string>> TakeAsync(int count)
    {
        var taken = new List<string>();
        await foreach (var entry in Store.ListAsync())
        {
            taken.Add(entry.Path.ToString());
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
