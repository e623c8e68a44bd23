using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Refuses what would be too large to be read back, before anything is recorded.</summary>
internal static class RegistrationSize
{
    /// <summary>The largest event, less the room its envelope takes.</summary>
    private const int MaxEventSize = (1 << 20) - 4096;

    private const int MaxExamplesSize = 16 << 20;

    /// <summary>The most bytes a file takes in a manifest besides its path.</summary>
    private const int FileOverhead = 160;

    /// <exception cref="ArgumentException">The event is larger than events may be; the message says what is large.</exception>
    public static void ThrowIfTooLarge(ModelEvent fact)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(fact, RegistryJson.Default.ModelEvent);
        if (bytes.Length > MaxEventSize)
        {
            using var json = JsonDocument.Parse(bytes);
            var parts = json.RootElement.EnumerateObject().SelectMany(static part => part.NameEquals("registered") ? part.Value.EnumerateObject().AsEnumerable() : [part]);
            var largest = parts.Select(static part => (part.Name, Size: Encoding.UTF8.GetByteCount(part.Value.GetRawText())))
                .OrderByDescending(static part => part.Size).Take(3).Select(static part => $"'{part.Name}' ({part.Size} bytes)");
            throw new ArgumentException(
                $"What is to be recorded has {bytes.Length} bytes as JSON; at most {MaxEventSize} fit. The largest parts are {string.Join(", ", largest)}. "
                + "Put what is large into a file of the model.",
                nameof(fact));
        }
    }

    /// <exception cref="ArgumentException">The examples are too large, or could not be read back.</exception>
    public static void ThrowIfTooLarge(IReadOnlyList<GoldenExample> examples)
    {
        int size;
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(
                new PackageManifest { Format = StoredDocument.Format, Files = [], Examples = examples }, RegistryJson.Default.PackageManifest);
            JsonSerializer.Deserialize(bytes, RegistryJson.Default.PackageManifest);
            size = bytes.Length;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ArgumentException($"The golden examples cannot be recorded as JSON: {exception.Message} Nest at most 60 deep.", nameof(examples), exception);
        }

        if (size > MaxExamplesSize)
        {
            throw new ArgumentException(
                $"The golden examples have {size} bytes as JSON; at most {MaxExamplesSize} fit. Give fewer, or put them into a file of the model.", nameof(examples));
        }
    }

    /// <exception cref="ArgumentException">The list of files is too large.</exception>
    public static void ThrowIfTooLarge(IReadOnlyList<ContentFile> files)
    {
        if (files.Sum(static file => (6L * file.Path.Length) + FileOverhead) > PackageManifest.MaxSize - MaxExamplesSize)
        {
            throw new ArgumentException($"{files.Count} files are too many for one version of a model. Pack them into an archive.", nameof(files));
        }
    }
}
