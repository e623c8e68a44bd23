using System.Globalization;
using System.Text;

namespace MlOps.Storage;

/// <summary>Turns path segments into file names that every file system keeps apart, and back.</summary>
/// <remarks>
/// Only <c>a-z 0-9 . _ -</c> stand for themselves. A capital is <c>!</c> and its small letter, so names differing in case stay apart where
/// the file system ignores it; everything else is <c>%xx</c> of its UTF-8 bytes. A name too long for one folder entry goes on in a folder below,
/// marked by a last <c>%</c>. Files end in <c>@artifact</c>, which no folder does, so an artifact and a folder of one name do not collide.
/// </remarks>
internal static class FileNames
{
    public const string ArtifactSuffix = "@artifact";
    private const int LongestEntry = 200;

    public static string Encode(string segment)
    {
        var name = new StringBuilder(segment.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in segment.EnumerateRunes())
        {
            if (rune.Value is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-')
            {
                name.Append((char)rune.Value);
            }
            else if (rune.Value is >= 'A' and <= 'Z')
            {
                name.Append('!').Append((char)(rune.Value | 0x20));
            }
            else
            {
                foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    name.Append('%').Append(part.ToString("x2", CultureInfo.InvariantCulture));
                }
            }
        }

        for (var end = LongestEntry; end < name.Length; end += LongestEntry + 2)
        {
            name.Insert(end, ['%', Path.DirectorySeparatorChar]);
        }

        return name.ToString();
    }

    /// <summary>Reverses <see cref="Encode"/> for a name whose continuations are joined; <see langword="null"/> if it is not such a name.</summary>
    public static string? Decode(ReadOnlySpan<char> name)
    {
        var bytes = new List<byte>(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '!' when i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1]):
                    bytes.Add((byte)(name[++i] & ~0x20));
                    break;
                case '%' when i + 2 < name.Length && byte.TryParse(name.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part):
                    bytes.Add(part);
                    i += 2;
                    break;
                case var character and (>= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-'):
                    bytes.Add((byte)character);
                    break;
                default:
                    return null;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    public static bool IsContinued(string entry) => entry.EndsWith('%');
}
