using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Provides versions of a served model from a file or folder on disk, without a registry.</summary>
/// <remarks>
/// Each change of the content is a new version. Versions are numbered 1, 2, 3 … in this process. Each check compares sizes and write times first, and
/// reads the files only if these differ. A background poll accepts a change only after two polls found the same files, because a file may still be
/// written. A version is a verified copy of the files, so a later change of the originals does not affect the loaded model.
/// </remarks>
internal sealed class FileVersionSource(string name, ServedModelOptions options, ServingRuntime runtime, VersionFolders folders) : IVersionSource
{
    /// <summary>The name of the optional file with golden examples: an array of objects with <c>inputs</c>, <c>outputs</c> and <c>tolerance</c>.</summary>
    public const string ExamplesName = "golden-examples.json";

    /// <summary>The resolution of file times. A file that was written so recently may be written again without a change of its time.</summary>
    private static readonly TimeSpan s_resolution = TimeSpan.FromSeconds(2);
    private readonly string _section = $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}";
    private readonly ModelFiles _files = new(options.File!, $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:File", folders.Folder);
    private Found? _found;
    private IReadOnlyList<SourceFile> _unsettled = [];
    private bool _isMissing;

    public async Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            return await FindCurrentAsync(reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelCheckException(
                $"The model in '{_files.Path}' cannot be read: {exception.Message.TrimEnd('.')}. "
                + $"The path is set by {_section}:{nameof(ServedModelOptions.File)}. Correct the links and permissions, or the setting.",
                exception)
            {
                IsTransient = true,
            };
        }
    }

    public async Task<LocalVersion> FetchAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var found = _found!;
        var local = await folders.FetchAsync(version, found.Contents, examples: [], CopyAsync, cancellationToken).ConfigureAwait(false);
        var examples = await ReadExamplesAsync(local, cancellationToken).ConfigureAwait(false);
        return new LocalVersion { Metadata = version.With(copy => copy.ExampleCount = examples.Count), Folder = local.Folder, Examples = examples };

        async Task CopyAsync(string target, CancellationToken token)
        {
            foreach (var (file, content) in found.Files.Zip(found.Contents))
            {
                var copy = Path.Combine([target, .. file.Path.Split('/')]);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file.File, copy);
                if (!await VerifiedFiles.IsIntactAsync(copy, content, token).ConfigureAwait(false))
                {
                    throw ModelFiles.Changed(file.File);
                }
            }
        }
    }

    /// <summary>Returns <see langword="null"/>: a model that is served from a file does not start without the file.</summary>
    public Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken) => Task.FromResult<LocalVersion?>(null);

    public Task RecordServedAsync(LoadedVersion served, LoadedVersion? before, bool isFromCache)
    {
        folders.DeleteOld(served);
        return Task.CompletedTask;
    }

    /// <summary>Does nothing. The next poll finds a change of the files.</summary>
    public void Watch(Action changed)
    {
    }

    public void Dispose()
    {
    }

    private async Task<ModelVersion?> FindCurrentAsync(UpdateReason reason, CancellationToken cancellationToken)
    {
        var files = _files.Find();
        if (files.Count == 0)
        {
            var isKnown = _isMissing && reason == UpdateReason.Poll;
            _isMissing = true;
            return isKnown ? null : throw _files.Missing();
        }

        _isMissing = false;
        var isSame = _found is { } found && files.SequenceEqual(found.Files);
        if (reason != UpdateReason.Poll || (isSame && _found!.IsRecent))
        {
            return await ReadAsync(files, cancellationToken).ConfigureAwait(false);
        }

        var isSettled = files.SequenceEqual(_unsettled);
        _unsettled = files;
        return isSame || !isSettled ? _found?.Version : await ReadAsync(files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Computes the digests of the files and creates the next version if the content has changed.</summary>
    private async Task<ModelVersion> ReadAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        var now = runtime.TimeProvider.GetUtcNow();
        var contents = new List<ContentFile>();
        foreach (var file in files)
        {
            contents.Add(new ContentFile(file.Path, file.Size, await VerifiedFiles.GetDigestAsync(file.File, cancellationToken).ConfigureAwait(false)));
        }

        if (!_files.Find().SequenceEqual(files))
        {
            throw ModelFiles.Changed(_files.Path);
        }

        var manifest = Sha256Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', contents.Select(static file => $"{file.Sha256} {file.Path}"))));
        var version = _found is { } found && found.Version.Manifest == manifest ? found.Version : new ModelVersion
        {
            Model = name,
            Number = (_found?.Version.Number ?? 0) + 1,
            Format = FindFormat(files),
            Actor = Environment.UserName,
            Created = files.Max(static file => file.Written),
            Manifest = manifest,
            FileCount = files.Count,
            ExampleCount = 0,
            Size = files.Sum(static file => file.Size),
        };
        _found = new Found(version, files, contents, files.Any(file => (now - file.Written).Duration() < s_resolution));
        return version;
    }

    /// <exception cref="ModelCheckException">The format cannot be inferred from the files.</exception>
    private string FindFormat(IReadOnlyList<SourceFile> files)
    {
        if (options.Format is { } format)
        {
            return format;
        }

        string[] byName = [.. files.Select(static file => ModelFiles.FindFormat(file.Path)).OfType<string>().Distinct()];
        string[] loadable = [.. runtime.Loaders.Formats.Where(loaded => byName.Length == 0 || byName.Contains(loaded, StringComparer.OrdinalIgnoreCase))];
        return loadable is [var only] ? only
            : loadable.Length == 0 && byName is [var named] ? named // loading fails with an error that names the missing package
            : throw new ModelCheckException(
                $"The format of the model in '{_files.Path}' cannot be inferred: "
                + (byName.Length > 1 ? "the files have several formats. " : "no file has the extension of a known format. ")
                + runtime.Loaders.Describe()
                + $"Set {_section}:{nameof(ServedModelOptions.Format)} to the format of the model.");
    }

    private async Task<IReadOnlyList<GoldenExample>> ReadExamplesAsync(LocalVersion local, CancellationToken cancellationToken)
    {
        var file = Path.Combine(local.Folder, ExamplesName);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            var json = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
            var examples = JsonSerializer.Deserialize(json, ServingJson.Default.IReadOnlyListGoldenExample) ?? [];
            foreach (var example in examples)
            {
                RegistrationRules.ValidateExample(example);
            }

            return examples;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new ModelCheckException(
                $"'{Path.Combine(_files.Path, ExamplesName)}' cannot be read as golden examples: {exception.Message} "
                + "Write an array of objects that map names to values in 'inputs' and 'outputs', or remove the file.",
                exception);
        }
    }

    /// <summary>The last version that was found.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Files">The files at the time of reading.</param>
    /// <param name="Contents">The digests of the files.</param>
    /// <param name="IsRecent">Whether a file was written so recently that another change may leave its time unchanged.</param>
    private sealed record Found(ModelVersion Version, IReadOnlyList<SourceFile> Files, IReadOnlyList<ContentFile> Contents, bool IsRecent);
}
