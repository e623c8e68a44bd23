using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Checks that the parts of a registration are small enough to be read back, before data is stored.</summary>
internal static class RegistrationSize
{
    /// <summary>The maximum size of an event without its envelope, in bytes.</summary>
    private const int MaxEventSize = (1 << 20) - 4096;

    private const int MaxExamplesSize = 16 << 20;

    /// <summary>The maximum size of a file in a manifest without its path, in bytes.</summary>
    private const int FileOverhead = 160;

    /// <exception cref="ArgumentException">The event is too large. The message names the largest properties.</exception>
    public static void ThrowIfTooLarge(ModelEvent modelEvent)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(modelEvent, RegistryJson.Default.ModelEvent);
        if (bytes.Length > MaxEventSize)
        {
            using var json = JsonDocument.Parse(bytes);
            var parts = json.RootElement.EnumerateObject()
                .SelectMany(static part => part.NameEquals("registered") ? part.Value.EnumerateObject().AsEnumerable() : [part]);
            var largest = parts.Select(static part => (part.Name, Size: Encoding.UTF8.GetByteCount(part.Value.GetRawText())))
                .OrderByDescending(static part => part.Size).Take(3).Select(static part => $"'{part.Name}' ({part.Size} bytes)");
            throw new ArgumentException(
                $"The registration or change has {bytes.Length} bytes as JSON, and {MaxEventSize} are allowed. "
                + $"The largest parts are {string.Join(", ", largest)}. "
                + "Move large parts to a file of the model.",
                nameof(modelEvent));
        }
    }

    /// <exception cref="ArgumentException">The examples are too large or cannot be represented as JSON.</exception>
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
            throw new ArgumentException(
                $"The golden examples cannot be recorded as JSON: {exception.Message} Use a nesting depth of at most 60.", nameof(examples), exception);
        }

        if (size > MaxExamplesSize)
        {
            throw new ArgumentException(
                $"The golden examples have {size} bytes as JSON, and {MaxExamplesSize} are allowed. "
                + "Specify fewer examples, or move them to a file of the model.",
                nameof(examples));
        }
    }

    /// <exception cref="ArgumentException">The list of files is too large.</exception>
    public static void ThrowIfTooLarge(IReadOnlyList<ContentFile> files)
    {
        if (files.Sum(static file => (6L * file.Path.Length) + FileOverhead) > PackageManifest.MaxSize - MaxExamplesSize)
        {
            throw new ArgumentException($"{files.Count} files are too many for one version of a model. Pack the files into an archive.", nameof(files));
        }
    }
}
