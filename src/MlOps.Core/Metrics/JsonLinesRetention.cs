using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Deletes the oldest files of a folder by total size and by age, never by their number: a process that restarts again and again begins many small
/// files.</summary>
internal sealed partial class JsonLinesRetention(JsonLinesSinkOptions options, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Makes room for a full file beside the others.</summary>
    /// <param name="now">The time.</param>
    /// <param name="current">The path of the file that the caller writes to.</param>
    public void Apply(DateTimeOffset now, string current)
    {
        var others = JsonLinesMetrics.ListOwnFiles(options.Path).Where(file => Path.GetFileName(file) != Path.GetFileName(current));
        var files = others.Select(static file => new FileInfo(file)).Where(static file => file.Exists).ToList();
        var size = files.Sum(static file => file.Length);
        var room = options.MaxTotalSize - options.MaxFileSize;
        Exception? failure = null;
        foreach (var file in files)
        {
            if (size > room || now - file.LastWriteTimeUtc > options.MaxAge)
            {
                size -= TryDelete(file.FullName, ref failure) ? file.Length : 0;
            }
        }

        if (size > room)
        {
            LogTooLarge(failure, options.Path, size, room);
        }
    }

    private static bool TryDelete(string file, ref Exception? failure)
    {
        try
        {
            // A file that a process writes to is locked; then this throws, on every system.
            using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
            {
            }

            File.Delete(file);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true; // deleted by another process meanwhile
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception;
            return false;
        }
    }

    [LoggerMessage(742, LogLevel.Warning, "The metric files in '{Folder}' have {Size} bytes, more than the {Room} bytes that MaxTotalSize leaves beside a "
        + "new file. The others are in use or cannot be deleted. Raise MaxTotalSize, lower MaxFileSize, or allow the process to delete files of the folder.")]
    private partial void LogTooLarge(Exception? exception, string folder, long size, long room);
}
