using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class ArtifactPathTests
{
    [TestCase("", "it is empty. Specify at least one segment.")]
    [TestCase("/a", "it is absolute. Remove the leading '/'.")]
    [TestCase("/", "it is absolute. Remove the leading '/'.")]
    [TestCase("//server/share", "it is absolute. Remove the leading '/'.")]
    [TestCase("a/", "it has an empty segment. Use a single '/' between segments and none at the end.")]
    [TestCase("a//b", "it has an empty segment. Use a single '/' between segments and none at the end.")]
    [TestCase(".", "it contains the segment '.'. Use the name of the folder.")]
    [TestCase("..", "it contains the segment '..'. Use the name of the folder.")]
    [TestCase("a/./b", "it contains the segment '.'. Use the name of the folder.")]
    [TestCase("a/../b", "it contains the segment '..'. Use the name of the folder.")]
    [TestCase("a/..", "it contains the segment '..'. Use the name of the folder.")]
    [TestCase("...", "the segment '...' ends with a dot or a space, which Windows and Azure remove. Remove it.")]
    [TestCase("a./b", "the segment 'a.' ends with a dot or a space, which Windows and Azure remove. Remove it.")]
    [TestCase("a /b", "the segment 'a ' ends with a dot or a space, which Windows and Azure remove. Remove it.")]
    [TestCase("b/a ", "the segment 'a ' ends with a dot or a space, which Windows and Azure remove. Remove it.")]
    [TestCase(" ", "the segment ' ' ends with a dot or a space, which Windows and Azure remove. Remove it.")]
    [TestCase("a\\b", "it contains a backslash. Separate segments with '/'.")]
    [TestCase("..\\a", "it contains a backslash. Separate segments with '/'.")]
    [TestCase("C:", "it starts with the drive 'C:'. Specify a path relative to the root of the store.")]
    [TestCase("C:/a", "it starts with the drive 'C:'. Specify a path relative to the root of the store.")]
    [TestCase("z:a", "it starts with the drive 'z:'. Specify a path relative to the root of the store.")]
    [TestCase("a\0b", "the character U+0000 at index 1 is a control character or a noncharacter. Remove it.")]
    [TestCase("a\nb", "the character U+000A at index 1 is a control character or a noncharacter. Remove it.")]
    [TestCase("\u007f", "the character U+007F at index 0 is a control character or a noncharacter. Remove it.")]
    [TestCase("\u0085", "the character U+0085 at index 0 is a control character or a noncharacter. Remove it.")]
    [TestCase("\ufdd0", "the character U+FDD0 at index 0 is a control character or a noncharacter. Remove it.")]
    [TestCase("\uffff", "the character U+FFFF at index 0 is a control character or a noncharacter. Remove it.")]
    public void Rule_that_is_broken_is_named_with_the_remedy(string value, string fault)
    {
        Assert.That(() => ArtifactPath.Parse(value), Throws.ArgumentException.With.Message.Contains($"is not a valid artifact path: {fault}"));
        Assert.That(ArtifactPath.TryParse(value, out var path), Is.False);
        Assert.That(path, Is.Null);
    }

    [TestCase("NUL")]
    [TestCase("nul")]
    [TestCase("nul.txt")]
    [TestCase("nul.tar.gz")]
    [TestCase("NUL .txt")]
    [TestCase("CON")]
    [TestCase("prn")]
    [TestCase("aux")]
    [TestCase("com1")]
    [TestCase("COM9.log")]
    [TestCase("lpt1")]
    [TestCase("LPT¹")]
    [TestCase("com³.x")]
    [TestCase("CONIN$")]
    [TestCase("conout$")]
    public void Device_name_of_windows_is_refused(string segment)
    {
        Assert.That(
            () => ArtifactPath.Parse(segment),
            Throws.ArgumentException.With.Message.Contains($"the segment '{segment}' is a Windows device name. Use another name."));
        Assert.That(() => ArtifactPath.Parse($"a/{segment}/b"), Throws.ArgumentException);
    }

    [TestCase("null")]
    [TestCase("com10")]
    [TestCase("com0")]
    [TestCase("lpt")]
    [TestCase("console")]
    [TestCase("a.nul")]
    [TestCase(".nul")]
    [TestCase("ab:c")]
    [TestCase("1:a")]
    [TestCase("a/c:/b")]
    [TestCase(".hidden")]
    [TestCase(" leading")]
    [TestCase("..a")]
    [TestCase("a..b")]
    [TestCase("%2e%2e/a")]
    [TestCase("日本/😀")]
    public void Name_that_only_resembles_a_forbidden_one_is_a_path(string value)
    {
        Assert.That(ArtifactPath.Parse(value).ToString(), Is.EqualTo(value));
    }

    [TestCase(0xD83D, -1, "the surrogate U+D83D at index 1 is unpaired. Use well-formed Unicode.")]
    [TestCase(0xDE00, -1, "the surrogate U+DE00 at index 1 is unpaired. Use well-formed Unicode.")]
    [TestCase(0xDE00, 0xD83D, "the surrogate U+DE00 at index 1 is unpaired. Use well-formed Unicode.")]
    public void Unpaired_surrogate_is_rejected(int first, int second, string fault)
    {
        var value = "a" + (char)first + (second < 0 ? "" : (char)second);

        Assert.That(() => ArtifactPath.Parse(value), Throws.ArgumentException.With.Message.Contains(fault));
    }

    [Test]
    public void Length_is_counted_in_utf8_bytes()
    {
        var longest = new string('語', 341) + "x";

        Assert.That(ArtifactPath.TryParse(longest, out _), Is.True);
        Assert.That(
            () => ArtifactPath.Parse(longest + "x"), Throws.ArgumentException.With.Message.Contains("it has 1025 bytes in UTF-8. Use at most 1024."));
    }

    [Test]
    public void Segments_are_200_at_most()
    {
        var most = string.Join('/', Enumerable.Repeat("a", 200));

        Assert.That(ArtifactPath.TryParse(most, out _), Is.True);
        Assert.That(() => ArtifactPath.Parse(most + "/a"), Throws.ArgumentException.With.Message.Contains("it has 201 segments. Use at most 200."));
    }

    [Test]
    public void Refused_value_is_printed_so_that_a_log_stays_whole()
    {
        var exception = Assert.Throws<ArgumentException>(static () => ArtifactPath.Parse("a\r\n\u0000b" + new string('x', 5_000)));

        Assert.That(exception!.Message, Does.StartWith("'a\\u000d\\u000a\\u0000bxxx").And.Contains("x…'"));
        Assert.That(exception.Message, Has.Length.LessThan(400).And.None.Matches<char>(char.IsControl));
    }

    [Test]
    public void Parse_rejects_null_and_try_parse_returns_false_for_null()
    {
        Assert.That(static () => ArtifactPath.Parse(null!), Throws.ArgumentNullException);
        Assert.That(ArtifactPath.TryParse(null, out _), Is.False);
    }

    [TestCase("a", "a")]
    [TestCase("models/churn/model.onnx", "model.onnx")]
    public void Name_is_the_last_segment(string value, string name)
    {
        Assert.That(ArtifactPath.Parse(value).Name, Is.EqualTo(name));
    }

    [Test]
    public void Append_joins_with_a_slash()
    {
        Assert.That(ArtifactPath.Parse("a").Append("b/c"), Is.EqualTo(ArtifactPath.Parse("a/b/c")));
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase("/b")]
    public void Append_of_an_invalid_path_is_rejected(string relative)
    {
        Assert.That(() => ArtifactPath.Parse("a").Append(relative), Throws.ArgumentException);
    }

    [TestCase("a/b/c", "a/b", true)]
    [TestCase("a/b/c/d", "a/b", true)]
    [TestCase("a/b", "a/b", false)]
    [TestCase("a/bc", "a/b", false)]
    [TestCase("a", "a/b", false)]
    [TestCase("A/b", "a", false)]
    public void Is_below_looks_at_whole_segments(string path, string folder, bool expected)
    {
        Assert.That(ArtifactPath.Parse(path).IsBelow(ArtifactPath.Parse(folder)), Is.EqualTo(expected));
    }

    [Test]
    public void Equality_is_that_of_the_characters()
    {
        var path = ArtifactPath.Parse("a/é");

        Assert.That(path == ArtifactPath.Parse("a/é"), Is.True);
        Assert.That(path.GetHashCode(), Is.EqualTo(ArtifactPath.Parse("a/é").GetHashCode()));
        Assert.That(path != ArtifactPath.Parse("a/e\u0301"), Is.True);
        Assert.That(path != ArtifactPath.Parse("A/é"), Is.True);
        Assert.That(path, Is.Not.EqualTo(null));
        Assert.That(path.Equals("a/é" as object), Is.False);
    }

    [Test]
    public void Null_comes_before_every_path()
    {
        ArtifactPath? none = null;
        var path = ArtifactPath.Parse("a");

        Assert.That(none < path, Is.True);
        Assert.That(path > none, Is.True);
        Assert.That(none <= null, Is.True);
        Assert.That(none >= path, Is.False);
        Assert.That(none == null, Is.True);
    }
}
