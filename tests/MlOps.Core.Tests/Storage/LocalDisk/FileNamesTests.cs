using System.Text;
using CsCheck;

namespace MlOps.Storage;

public sealed class FileNamesTests
{
    private static readonly Gen<string> s_segment = Gen.String[Gen.OneOf(Gen.Char.AlphaNumeric, Gen.Char[' ', '~'], Gen.Char), 1, 300]
        .Where(static text => !text.Contains('/', StringComparison.Ordinal) && ArtifactPath.TryParse(text, out _));

    [TestCase("flights-20k.csv", "flights-20k.csv")]
    [TestCase("README.md", "!r!e!a!d!m!e.md")]
    [TestCase("a b+c%.txt", "a%20b%2bc%25.txt")]
    [TestCase("é", "%c3%a9")]
    public void Names_are_readable_on_disk(string segment, string expected) => Assert.That(FileNames.Encode(segment), Is.EqualTo(expected));

    [Test]
    public void Every_segment_comes_back() => s_segment.Sample(static segment => Decode(FileNames.Encode(segment)) == segment);

    [Test]
    public void Different_segments_stay_apart_where_case_is_ignored() => Gen.Select(s_segment, s_segment).Sample(static (one, other) =>
        one == other || !string.Equals(FileNames.Encode(one), FileNames.Encode(other), StringComparison.OrdinalIgnoreCase));

    [Test]
    public void No_entry_is_longer_than_file_systems_allow() => s_segment.Sample(static segment =>
        (FileNames.Encode(segment) + FileNames.ArtifactSuffix).Split(Path.DirectorySeparatorChar).All(
            static entry => Encoding.UTF8.GetByteCount(entry) <= 255));

    [TestCase("Capital")]
    [TestCase("desktop.ini@artifact")]
    [TestCase("%zz")]
    [TestCase("a!")]
    public void Names_that_the_store_did_not_make_are_not_decoded(string name) => Assert.That(FileNames.Decode(name), Is.Null);

    private static string? Decode(string name) => FileNames.Decode(name.Replace("%" + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
}
