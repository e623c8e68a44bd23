using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Benchmarks.Storage;

/// <summary>
/// The code of an expert for a local disk: one thread reads and writes, another thread hashes the written bytes. Then the file is flushed to disk and
/// hard-linked to its name, and its folder is flushed.
/// </summary>
internal static partial class HandWrittenPipeline
{
    private const int BufferSize = 1 << 20;
    private const int BufferCount = 4;

    /// <summary>Stores content durably and atomically; an existing file is an error.</summary>
    public static byte[] Store(Stream source, string file) => Store(file, target => Copy(source, target));

    /// <summary>Stores content from memory, without a second thread because the content is small.</summary>
    public static byte[] Store(byte[] content, string file) => Store(file, target =>
    {
        RandomAccess.Write(target, content, 0);
        return SHA256.HashData(content);
    });

    /// <summary>Copies a file from the store and verifies it; the copy appears when it is complete.</summary>
    public static void Fetch(string file, string target, byte[] expected)
    {
        var partial = $"{target}.partial";
        using (var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (var handle = File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write))
        {
            if (!Copy(source, handle).AsSpan().SequenceEqual(expected))
            {
                throw new InvalidDataException($"'{file}' is damaged.");
            }
        }

        File.Move(partial, target, overwrite: true);
    }

    private static byte[] Store(string file, Func<SafeFileHandle, byte[]> fill)
    {
        var temporary = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            using var target = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write);
            var digest = fill(target);
            RandomAccess.FlushToDisk(target);
            ThrowIfFailed(Link(temporary, file));
            return digest;
        }
        finally
        {
            File.Delete(temporary);
            Flush(Path.GetDirectoryName(file)!);
        }
    }

    private static byte[] Copy(Stream source, SafeFileHandle target)
    {
        using var free = new BlockingCollection<byte[]>();
        using var written = new BlockingCollection<ArraySegment<byte>>();
        for (var i = 0; i < BufferCount; i++)
        {
            free.Add(new byte[BufferSize]);
        }

        byte[]? digest = null;
        var hashing = new Thread(() => digest = Hash(written, free));
        hashing.Start();
        for (var offset = 0L; ;)
        {
            var buffer = free.Take();
            var read = source.ReadAtLeast(buffer, BufferSize, throwOnEndOfStream: false);
            if (read == 0)
            {
                break;
            }

            RandomAccess.Write(target, buffer.AsSpan(0, read), offset);
            offset += read;
            written.Add(new ArraySegment<byte>(buffer, 0, read));
        }

        written.CompleteAdding();
        hashing.Join();
        return digest!;
    }

    private static byte[] Hash(BlockingCollection<ArraySegment<byte>> written, BlockingCollection<byte[]> free)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in written.GetConsumingEnumerable())
        {
            hash.AppendData(part);
            free.Add(part.Array!);
        }

        return hash.GetHashAndReset();
    }

    private static void Flush(string folder)
    {
        var descriptor = Open(folder, flags: 0);
        ThrowIfFailed(descriptor);
        ThrowIfFailed(Synchronize(descriptor));
        ThrowIfFailed(Close(descriptor));
    }

    private static void ThrowIfFailed(int result)
    {
        if (result < 0)
        {
            throw new IOException($"A system call failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
