using System.Text;
using CsCheck;
using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class ArtifactPathPropertyTests
{
    // Pieces out of which both paths and attacks are made.
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.OneOf(
            "/", "//", ".", "..", "../", "/..", "\\", "..\\", "C:", "c:/", "NUL", "com1", " ", "\0", "~", "%2e", "%2f", "a", "B", "0", "-", "\uE000", "\uFFFD",
            "😀", "\uD83D", "\uDE00", "é", "\u2215", "\uFF0F", "\u2024"),
        Gen.Char.Select(static character => character.ToString())).Array[0, 12].Select(string.Concat);

    private static readonly Gen<ArtifactPath> s_path = s_text.Where(static text => ArtifactPath.TryParse(text, out _)).Select(ArtifactPath.Parse);

    [Test]
    public void Order_is_that_of_utf8_bytes()
    {
        Gen.Select(s_path, s_path).Sample(static (left, right) =>
            Math.Sign(left.CompareTo(right)) == Math.Sign(
                Encoding.UTF8.GetBytes(left.ToString()).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.ToString()))));
    }

    [Test]
    public void Operators_agree_with_compare_to()
    {
        Gen.Select(s_path, s_path).Sample(static (left, right) =>
            (left < right) == (left.CompareTo(right) < 0)
            && (left > right) == (left.CompareTo(right) > 0)
            && (left <= right) == (left.CompareTo(right) <= 0)
            && (left >= right) == (left.CompareTo(right) >= 0)
            && (left == right) == (left.CompareTo(right) == 0));
    }

    [Test]
    public void Parse_and_to_string_are_inverse()
    {
        s_path.Sample(static path => ArtifactPath.Parse(path.ToString()) == path);
    }

    [Test]
    public void Parse_and_try_parse_agree()
    {
        s_text.Sample(static text => ArtifactPath.TryParse(text, out var path) ? ArtifactPath.Parse(text) == path : IsRefused(text));

        static bool IsRefused(string text)
        {
            try
            {
                return ArtifactPath.Parse(text) is null;
            }
            catch (ArgumentException)
            {
                return true;
            }
        }
    }

    [Test]
    public void Path_leaves_no_root()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "root"));

        s_path.Sample(path =>
        {
            var full = Path.GetFullPath(Path.Combine(root, path.ToString()));
            return full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && full.Length == root.Length + 1 + path.ToString().Length;
        });
    }

    [Test]
    public void Path_leaves_no_root_of_a_uri_either()
    {
        var root = new Uri("http://localhost/bucket/");

        s_path.Sample(path => new Uri(root, string.Join('/', path.ToString().Split('/').Select(Uri.EscapeDataString)))
            .AbsolutePath.StartsWith("/bucket/", StringComparison.Ordinal));
    }

    [Test]
    public void Appended_path_is_below_its_folder()
    {
        Gen.Select(s_path, s_path).Where(static (folder, name) => Encoding.UTF8.GetByteCount($"{folder}/{name}") <= ArtifactPath.MaxBytes)
            .Sample(static (folder, name) => folder.Append(name.ToString()).IsBelow(folder) && folder.Append(name.ToString()) > folder);
    }
}
