using System.Globalization;
using System.Text;

namespace MlOps.Storage;

/// <summary>Converts path segments to and from file names that are distinct on every file system.</summary>
/// <remarks>
/// The characters <c>a-z 0-9 . _ -</c> are unchanged. An uppercase letter becomes <c>!</c> and its lowercase letter, for file systems that are not
/// case-sensitive. All other characters become <c>%xx</c> for each UTF-8 byte. A name that is too long for one folder entry ends with <c>%</c> and continues in
/// that folder. File names end with <c>@artifact</c>, so an artifact and a folder may have the same name.
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

    /// <summary>Decodes a joined name. Returns <see langword="null"/> if the name is not valid.</summary>
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
                case '%' when i + 2 < name.Length
                    && byte.TryParse(name.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part):
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
