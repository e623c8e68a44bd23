using System.Runtime.InteropServices;

namespace MlOps.Serving;

[NonParallelizable]
public sealed class MemoryMeterTests
{
    private const int Size = 64 << 20;
    private const int PageSize = 4096;

    [TestCase(Size, 0)]
    [TestCase(0, Size)]
    [TestCase(Size, Size)]
    public void Managed_and_native_memory_of_a_load_are_measured_without_its_garbage(int managed, int native)
    {
        var meter = new MemoryMeter(MemoryMeter.ReadProcess);
        using var measurement = meter.Start(isExact: true);

        AllocateGarbage();
        var live = new byte[managed];
        Array.Fill(live, (byte)1);
        var unmanaged = Marshal.AllocHGlobal(native);
        for (var page = 0; page < native; page += PageSize)
        {
            Marshal.WriteByte(unmanaged, page, 1);
        }

        var increase = measurement.ReadIncrease();
        Marshal.FreeHGlobal(unmanaged);

        // Other threads of the test process and pages that the process reuses change the result by some megabytes.
        TestContext.Out.WriteLine($"{increase / 1048576.0:0.0} MiB of {(managed + native) / 1048576.0} MiB");
        Assert.That(increase, Is.EqualTo(managed + native).Within(16 << 20));
        GC.KeepAlive(live);
    }

    [Test]
    public void The_working_set_is_read_without_a_collection()
    {
        var collections = GC.CollectionCount(2);

        Assert.That(MemoryMeter.ReadProcess(isExact: false), Is.GreaterThan(1 << 20));
        Assert.That(GC.CollectionCount(2), Is.EqualTo(collections).Or.EqualTo(collections + 1), "A collection can also begin by itself.");
    }

    [Test]
    public void A_load_is_not_measured_while_another_one_is_running_or_after_it()
    {
        var meter = new MemoryMeter(static _ => 1);
        using var first = meter.Start(isExact: false);
        var second = meter.Start(isExact: false);
        second.Dispose();

        Assert.That((first.ReadIncrease(), second.ReadIncrease()), Is.EqualTo(((long?)null, (long?)null)));
    }

    [Test]
    public void A_load_after_other_loads_have_ended_is_measured()
    {
        var memory = 0L;
        var meter = new MemoryMeter(_ => memory += 5);
        meter.Start(isExact: false).Dispose();
        using var next = meter.Start(isExact: false);

        Assert.That(next.ReadIncrease(), Is.EqualTo(5));
    }

    private static void AllocateGarbage()
    {
        for (var piece = 0; piece < 64; piece++)
        {
            Array.Fill(new byte[1 << 20], (byte)1);
        }
    }
}
