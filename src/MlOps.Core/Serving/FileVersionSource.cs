using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Gets the versions of a served model from a file or folder on disk, without a registry.</summary>
/// <remarks>
/// Each content is a version, numbered 1, 2, 3 … in this process. A look compares sizes and times first, and reads the files if these differ. A background look
/// waits until the files were the same in two looks, because a file may still be being written. A version is a verified copy of the files, so that a later
/// change does not affect the loaded model.
/// </remarks>
internal sealed class FileVersionSource(string name, ServedModelOptions options, ServingRuntime runtime, VersionFolders folders) : IVersionSource
{
    /// <summary>The file of golden examples in a folder: an array of objects with <c>inputs</c>, <c>outputs</c> and <c>tolerance</c>.</summary>
    public const string ExamplesName = "golden-examples.json";

    /// <summary>The resolution of times of files: what was changed so recently may be changed again at the same time.</summary>
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
            return await LookAsync(reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelCheckException(
                $"The model in '{_files.Path}', which is set by {_section}:{nameof(ServedModelOptions.File)}, cannot be read: {exception.Message.TrimEnd('.')}. "
                + "Correct its links and permissions, or the setting.",
                exception)
            {
                MayPass = true,
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

    /// <summary>Finds nothing: without its file a model does not start.</summary>
    public Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken) => Task.FromResult<LocalVersion?>(null);

    public Task RememberAsync(LoadedVersion served, LoadedVersion? before, bool isFromCache)
    {
        folders.DeleteOld(served);
        return Task.CompletedTask;
    }

    /// <summary>Does nothing: changes of the files are found by the next look.</summary>
    public void Watch(Action changed)
    {
    }

    public void Dispose()
    {
    }

    private async Task<ModelVersion?> LookAsync(UpdateReason reason, CancellationToken cancellationToken)
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

    /// <summary>Computes the digests of the files, and makes the next version if the content is another one.</summary>
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

    /// <exception cref="ModelCheckException">The files do not determine one format.</exception>
    private string FindFormat(IReadOnlyList<SourceFile> files)
    {
        if (options.Format is { } format)
        {
            return format;
        }

        string[] byName = [.. files.Select(static file => ModelFiles.FindFormat(file.Path)).OfType<string>().Distinct()];
        string[] loadable = [.. runtime.Loaders.Formats.Where(loaded => byName.Length == 0 || byName.Contains(loaded, StringComparer.OrdinalIgnoreCase))];
        return loadable is [var only] ? only
            : loadable.Length == 0 && byName is [var named] ? named // the error of the missing loader names its package
            : throw new ModelCheckException(
                $"The format of the model in '{_files.Path}' is not clear: "
                + (byName.Length > 1 ? "it has files of several formats. " : "its files have no extension of a known format. ")
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
                + "Write an array of objects with 'inputs' and 'outputs', each with a value by name, or remove the file.",
                exception);
        }
    }

    /// <summary>The version that was found last.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Files">The files when they were read.</param>
    /// <param name="Contents">The digests of the files.</param>
    /// <param name="IsRecent">Whether a file was written so recently that another change may have the same time.</param>
    private sealed record Found(ModelVersion Version, IReadOnlyList<SourceFile> Files, IReadOnlyList<ContentFile> Contents, bool IsRecent);
}
