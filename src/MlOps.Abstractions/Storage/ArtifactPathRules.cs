using System.Globalization;
using System.Text;

namespace MlOps.Storage;

/// <summary>Validates artifact paths.</summary>
internal static class ArtifactPathRules
{
    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    public static string? FindFault(string value)
    {
        if (value.Length == 0)
        {
            return "it is empty. Specify at least one segment.";
        }

        if (FindCharacterFault(value) is { } characterFault)
        {
            return characterFault;
        }

        if (Encoding.UTF8.GetByteCount(value) is var bytes and > ArtifactPath.MaxBytes)
        {
            return $"it has {bytes} bytes in UTF-8. Use at most {ArtifactPath.MaxBytes}.";
        }

        if (value[0] == '/')
        {
            return "it is absolute. Remove the leading '/'.";
        }

        if (value is [var letter, ':', ..] && char.IsAsciiLetter(letter))
        {
            return $"it starts with the drive '{value[..2]}'. Specify a path relative to the root of the store.";
        }

        var segments = 0;
        foreach (var range in value.AsSpan().Split('/'))
        {
            if (FindSegmentFault(value[range]) is { } segmentFault)
            {
                return segmentFault;
            }

            segments++;
        }

        return segments > ArtifactPath.MaxSegments ? $"it has {segments} segments. Use at most {ArtifactPath.MaxSegments}." : null;
    }

    /// <summary>Escapes control characters, surrogates and noncharacters of an invalid path, and truncates the path.</summary>
    public static string Escape(string value)
    {
        const int longest = 200;
        var shown = new StringBuilder();
        foreach (var character in value.AsSpan(0, Math.Min(value.Length, longest)))
        {
            _ = char.IsControl(character) || char.IsSurrogate(character) || IsNonCharacter(character)
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : shown.Append(character);
        }

        return value.Length > longest ? shown.Append('…').ToString() : shown.ToString();
    }

    private static string? FindCharacterFault(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (character == '\\')
            {
                return "it contains a backslash. Separate segments with '/'.";
            }

            if (char.IsControl(character) || IsNonCharacter(character))
            {
                return $"the character U+{(int)character:X4} at index {i} is a control character or a noncharacter. Remove it.";
            }

            if (char.IsSurrogate(character))
            {
                if (i + 1 == value.Length || !char.IsSurrogatePair(character, value[i + 1]))
                {
                    return $"the surrogate U+{(int)character:X4} at index {i} is unpaired. Use well-formed Unicode.";
                }

                i++;
            }
        }

        return null;
    }

    private static string? FindSegmentFault(string segment)
    {
        if (segment.Length == 0)
        {
            return "it has an empty segment. Use a single '/' between segments and none at the end.";
        }

        if (segment is "." or "..")
        {
            return $"it contains the segment '{segment}'. Use the name of the folder.";
        }

        if (segment[^1] is '.' or ' ')
        {
            return $"the segment '{segment}' ends with a dot or a space, which Windows and Azure remove. Remove it.";
        }

        var stem = segment.AsSpan(0, segment.IndexOf('.') is var dot and >= 0 ? dot : segment.Length).TrimEnd(' ');
        return s_devices.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem)
            ? $"the segment '{segment}' is a Windows device name. Use another name."
            : null;
    }

    private static bool IsNonCharacter(char character) => character is (>= '\uFDD0' and <= '\uFDEF') or '\uFFFE' or '\uFFFF';
}
