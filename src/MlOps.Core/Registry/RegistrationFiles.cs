using System.Text;
using MlOps.Content;
using MlOps.Storage;
using MlOps.Validation;

namespace MlOps.Registry;

/// <summary>Stores the files and the input schema of a registration.</summary>
internal sealed class RegistrationFiles
{
    private const string SchemaContentType = "application/json";
    private readonly List<SourceFile> _sources;
    private readonly InputSchema? _schema;

    private RegistrationFiles(List<SourceFile> sources, InputSchema? schema)
    {
        _sources = sources;
        _schema = schema;
    }

    /// <summary>Finds the files of a registration.</summary>
    /// <exception cref="ArgumentException">A file is missing or cannot be stored portably, or the registration has two input schemas.</exception>
    public static RegistrationFiles Find(ModelRegistration registration)
    {
        var sources = SourceFile.FindAll(registration.Files, new SourceSelection(registration.Links, registration.Ignore));
        var duplicate = sources.Find(static source => source.Path.Equals(InputSchema.FileName, StringComparison.OrdinalIgnoreCase));
        return registration.InputSchema is null || duplicate is null
            ? new(sources, registration.InputSchema)
            : throw new ArgumentException(
                $"The registration has an {nameof(ModelRegistration.InputSchema)}, and the file '{duplicate.File}' is also an input schema. "
                + $"Omit the property, or remove the file from {nameof(ModelRegistration.Files)}.",
                nameof(registration));
    }

    /// <summary>Stores the files.</summary>
    /// <returns>The files in the order of their paths.</returns>
    public async Task<IReadOnlyList<ContentFile>> AddAsync(ContentWrite write, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var files = await write.AddFilesAsync(_sources, known: null, progress, cancellationToken).ConfigureAwait(false);
        if (_schema is null)
        {
            return files;
        }

        var bytes = Encoding.UTF8.GetBytes(_schema.ToJson());
        await write.AddBytesAsync(bytes, SchemaContentType, cancellationToken).ConfigureAwait(false);
        return Join(files, bytes);
    }

    /// <summary>Hashes the files without storing them.</summary>
    /// <returns>The files as <see cref="AddAsync"/> returns them.</returns>
    public async Task<IReadOnlyList<ContentFile>> HashAsync(CancellationToken cancellationToken)
    {
        var files = await SourceHashes.ComputeAsync(_sources, cancellationToken).ConfigureAwait(false);
        return _schema is null ? files : Join(files, Encoding.UTF8.GetBytes(_schema.ToJson()));
    }

    private static IReadOnlyList<ContentFile> Join(IReadOnlyList<ContentFile> files, byte[] schema) =>
        [
            .. files.Append(new ContentFile(InputSchema.FileName, schema.Length, Sha256Digest.Of(schema)))
                .OrderBy(static file => file.Path, ArtifactPath.TextOrder),
        ];
}
