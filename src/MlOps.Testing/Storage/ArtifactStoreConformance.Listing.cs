using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    // In ascending order of their UTF-8 bytes: '-' and '.' precede '/', digits and letters follow it.
    private static readonly string[] s_ordered =
    [
        "A", "B/a", "a", "a b", "a!", "a-", "a-/z", "a.b", "a/-", "a/0", "a/B", "a/b", "a/b-c", "a/b.c", "a/b/c", "a/b0", "a/bc", "a/ä", "a0", "aB", "ab", "aé",
        "b", "z", "~", "é", "日", "\uE000",
    ];

    [Test]
    public async Task List_of_an_empty_store_is_empty()
    {
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task List_is_in_the_order_of_utf8_bytes()
    {
        var shuffled = s_ordered.ToArray();
        new Random(1).Shuffle(shuffled);
        await WriteAllAsync(shuffled);

        Assert.That(await ListAsync(), Is.EqualTo(s_ordered));
    }

    [Test]
    public async Task List_puts_characters_beyond_ffff_after_all_others()
    {
        if (!OrdersSupplementaryCharacters)
        {
            Assert.Ignore("The service of the provider sorts by UTF-16, so characters above U+FFFF precede U+E000.");
        }

        string[] ordered = ["z", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "😀", "😀/a"];
        await WriteAllAsync(ordered.Reverse());

        Assert.That(await ListAsync(), Is.EqualTo(ordered));
    }

    [Test]
    public async Task List_of_a_prefix_returns_all_artifacts_below_it_and_no_others()
    {
        await WriteAllAsync(s_ordered);

        Assert.That(await ListAsync("a"), Is.EqualTo(s_ordered.Where(static path => path.StartsWith("a/", StringComparison.Ordinal))));
        Assert.That(await ListAsync("a/b"), Is.EqualTo(new[] { "a/b/c" }));
    }

    [TestCase("none")]
    [TestCase("a/b/c")]
    [TestCase("a/b/c/d")]
    [TestCase("a/b/")]
    public async Task List_of_a_prefix_with_nothing_below_it_is_empty(string prefix)
    {
        await WriteAllAsync("a/b/c", "a/b/cd");

        Assert.That(await ListAsync(prefix.TrimEnd('/') + (prefix.EndsWith('/') ? "/x" : "")), Is.Empty);
    }

    [TestCase("a b")]
    [TestCase("a+b")]
    [TestCase("a%20b")]
    [TestCase("ä&ö=?#")]
    [TestCase("日本/語")]
    public async Task List_accepts_a_prefix_of_any_characters(string prefix)
    {
        await WriteAllAsync($"{prefix}/x", $"{prefix}x", "a", "aXb/x");

        Assert.That(await ListAsync(prefix), Is.EqualTo(new[] { $"{prefix}/x" }));
    }

    [Test]
    public async Task List_shows_an_artifact_and_a_folder_of_the_same_name()
    {
        await WriteAllAsync("a/b/c", "a/b", "a");

        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a", "a/b", "a/b/c" }));
        Assert.That(await ListAsync("a"), Is.EqualTo(new[] { "a/b", "a/b/c" }));
    }

    [Test]
    public async Task List_can_start_after_any_existing_path()
    {
        await WriteAllAsync(s_ordered);

        for (var i = 0; i < s_ordered.Length; i++)
        {
            Assert.That(await ListAsync(startAfter: s_ordered[i]), Is.EqualTo(s_ordered[(i + 1)..]), $"after '{s_ordered[i]}'");
        }
    }

    [TestCase("a/a", "a/b,a/c/d,b")]
    [TestCase("a/b", "a/c/d,b")]
    [TestCase("a/bb", "a/c/d,b")]
    [TestCase("a/c", "a/c/d,b")]
    [TestCase("a/c/a", "a/c/d,b")]
    [TestCase("a", "a/b,a/c/d,b")]
    [TestCase("0", "a/b,a/c/d,b")]
    [TestCase("z", "")]
    public async Task List_can_start_after_a_missing_path(string startAfter, string expected)
    {
        await WriteAllAsync("a/b", "a/c/d", "b");

        Assert.That(string.Join(',', await ListAsync(startAfter: startAfter)), Is.EqualTo(expected));
    }

    [TestCase("a", "m/1,m/2/x,m/3")]
    [TestCase("m", "m/1,m/2/x,m/3")]
    [TestCase("m-", "m/1,m/2/x,m/3")]
    [TestCase("m/1", "m/2/x,m/3")]
    [TestCase("m/2", "m/2/x,m/3")]
    [TestCase("m/2/x", "m/3")]
    [TestCase("m/3", "")]
    [TestCase("m0", "")]
    [TestCase("z", "")]
    public async Task List_of_a_prefix_can_start_after_a_path_in_or_outside_it(string startAfter, string expected)
    {
        await WriteAllAsync("a", "m", "m-", "m/1", "m/2/x", "m/3", "m0", "z");

        Assert.That(string.Join(',', await ListAsync("m", startAfter)), Is.EqualTo(expected));
    }

    [Test]
    public async Task List_can_be_enumerated_again()
    {
        await WriteAllAsync("a", "b");
        var listing = Store.ListAsync();

        var first = await CountAsync();
        await Store.WriteTextAsync(At("c"), "text");

        Assert.That(first, Is.EqualTo(2));
        Assert.That(await CountAsync(), Is.EqualTo(3));

        async Task<int> CountAsync()
        {
            var count = 0;
            await foreach (var _ in listing)
            {
                count++;
            }

            return count;
        }
    }

    [Test]
    public async Task List_returns_all_unchanged_artifacts_while_others_are_written_and_deleted()
    {
        var staying = Enumerable.Range(0, 50).Select(static i => $"{i:00}/stays").ToArray();
        await WriteAllAsync(staying);

        await WhileAsync(ComeAndGoAsync, async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                var seen = await ListAsync();
                Assert.That(seen.Where(static path => path.EndsWith("/stays", StringComparison.Ordinal)), Is.EqualTo(staying));
                Assert.That(seen, Is.Unique);
            }
        });

        async Task ComeAndGoAsync(CancellationToken end)
        {
            for (var i = 0; !end.IsCancellationRequested; i = (i + 7) % 50)
            {
                await Store.WriteTextAsync(At($"{i:00}/goes"), "text", cancellationToken: CancellationToken.None);
                await Store.DeleteAsync(At($"{i:00}/goes"), CancellationToken.None);
            }
        }
    }
}
