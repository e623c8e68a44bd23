using System.Text;
using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private static readonly string[] s_names =
    [
        "plain.txt", "two words", " space first", "a+b", "100%", "%41", "a%2Fb", "%2e%2e", "a%00", "#1", "what?", "?x=1&y=2", "a=b&c=d", "~user", "wow!",
        "it's", "\"quoted\"",
        "(a)", "[a]", "{a}", "<a>", "a|b", "a*b", "a^b", "a`b", "a;b", "a,b", "ab:c", "@a", "$a", "-a", "_a", ".hidden", "a..b", "...a", "a...b/c", "Ünïcödé",
        "日本語/ファイル", "😀/🎉", "e\u0301",
        "a\u200Bb", "a\u00A0b", "עברית", "con1", "nulls", "lpt", "a.tmp", "a.partial", "a.lock", "a.meta", "index.html", "robots.txt",
    ];

    [TestCaseSource(nameof(s_names))]
    public async Task Path_of_any_characters_is_written_read_listed_and_deleted(string name)
    {
        var path = At($"folder/{name}");

        await Store.WriteTextAsync(path, name);

        await AssertHoldsAsync(path, Encoding.UTF8.GetBytes(name));
        Assert.That((await Store.FindAsync(path))!.Path, Is.EqualTo(path));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { path.ToString() }));
        await Store.DeleteAsync(path);
        await AssertHoldsNothingAsync(path);
    }

    [TestCase("model", "Model", TestName = "Paths_that_differ_in_case_are_two_artifacts")]
    [TestCase("Folder/a", "folder/a", TestName = "Folders_that_differ_in_case_are_two")]
    [TestCase("\u00E9", "e\u0301", TestName = "Paths_that_differ_in_normalization_are_two_artifacts")]
    [TestCase("a b", "a%20b", TestName = "Paths_with_a_space_and_its_escape_are_two_artifacts")]
    [TestCase("a+b", "a b", TestName = "Paths_with_a_plus_and_a_space_are_two_artifacts")]
    [TestCase("a/b", "a%2Fb", TestName = "Paths_with_a_slash_and_its_escape_are_two_artifacts")]
    [TestCase("ß", "ss", TestName = "Paths_that_some_cultures_compare_equal_are_two_artifacts")]
    [TestCase("a\u200Bb", "ab", TestName = "Paths_that_look_the_same_are_two_artifacts")]
    public async Task Paths_that_differ_are_two_artifacts(string one, string other)
    {
        await WriteAllAsync(one, other);

        await AssertHoldsAsync(At(one), Encoding.UTF8.GetBytes(one));
        await AssertHoldsAsync(At(other), Encoding.UTF8.GetBytes(other));
        await Store.DeleteAsync(At(one));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { other }));
    }

    [TestCaseSource(nameof(LongPaths))]
    public async Task Path_of_the_maximum_length_is_written_read_listed_and_deleted(ArtifactPath path)
    {
        var content = MakeContent(100);

        await Store.WriteBytesAsync(path, content, IfAbsent);

        await AssertHoldsAsync(path, content);
        await Assert.ThatAsync(() => Store.WriteBytesAsync(path, content, IfAbsent), Throws.TypeOf<ArtifactExistsException>());
        Assert.That(await ListAsync(), Is.EqualTo(new[] { path.ToString() }));
        await Store.DeleteAsync(path);
        await AssertHoldsNothingAsync(path);
    }

    [Test]
    public async Task Paths_of_the_maximum_length_that_differ_at_their_end_are_two_artifacts()
    {
        var common = new string('x', ArtifactPath.MaxBytes - 1);

        await WriteAllAsync(common + "1", common + "2");

        await AssertHoldsAsync(At(common + "1"), Encoding.UTF8.GetBytes(common + "1"));
        Assert.That(await ListAsync(startAfter: common + "1"), Is.EqualTo(new[] { common + "2" }));
    }

    [Test]
    public async Task Prefix_of_the_maximum_length_lists_the_artifacts_below_it()
    {
        var prefix = new string('p', ArtifactPath.MaxBytes - 2);
        await WriteAllAsync($"{prefix}/x", prefix);

        Assert.That(await ListAsync(prefix), Is.EqualTo(new[] { $"{prefix}/x" }));
    }

    [Test]
    public async Task Artifact_and_folder_of_the_same_name_are_independent([Values] bool folderFirst)
    {
        await WriteAllAsync(folderFirst ? ["a/b/c", "a/b"] : ["a/b", "a/b/c"]);

        await AssertHoldsAsync(At("a/b"), "a/b"u8.ToArray());
        await AssertHoldsAsync(At("a/b/c"), "a/b/c"u8.ToArray());
        await Store.DeleteAsync(At("a/b"));
        await AssertHoldsAsync(At("a/b/c"), "a/b/c"u8.ToArray());
        await Store.DeleteAsync(At("a/b/c"));
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Folder_of_an_artifact_is_not_an_artifact()
    {
        await WriteAllAsync("a/b/c");

        Assert.That(await Store.FindAsync(At("a/b")), Is.Null);
        await Assert.ThatAsync(() => Store.OpenReadAsync(At("a")), Throws.TypeOf<ArtifactNotFoundException>());
    }

    private static IEnumerable<TestCaseData> LongPaths()
    {
        yield return Case(new string('x', ArtifactPath.MaxBytes), "one segment");
        yield return Case(
            string.Join('/', Enumerable.Repeat(new string('y', 40), 24)) + "/" + new string('z', ArtifactPath.MaxBytes - (41 * 24)), "25 segments");
        yield return Case(string.Join('/', Enumerable.Repeat("seg", ArtifactPath.MaxSegments)), "200 segments");
        yield return Case(string.Concat(Enumerable.Repeat("語", ArtifactPath.MaxBytes / 3)) + "x", "341 characters of three bytes");
        yield return Case(string.Concat(Enumerable.Repeat("😀", ArtifactPath.MaxBytes / 4)), "256 characters of four bytes");
        yield return Case(new string('%', ArtifactPath.MaxBytes), "characters that URLs escape");

        static TestCaseData Case(string path, string name) => new TestCaseData(At(path)).SetArgDisplayNames(name);
    }
}
