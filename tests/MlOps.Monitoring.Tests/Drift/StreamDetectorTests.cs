using System.Text.Json;

namespace MlOps.Monitoring.Drift;

public sealed class StreamDetectorTests
{
    private static readonly double[] s_values = Values();

    [Test]
    public void A_restored_Adwin_continues_bit_for_bit()
    {
        var (whole, stopped) = (new Adwin(), new Adwin());
        for (var index = 0; index < s_values.Length; index++)
        {
            Assert.That(stopped.Add(s_values[index]), Is.EqualTo(whole.Add(s_values[index])), $"value {index}");
            if (index % 37 == 0)
            {
                stopped = Adwin.Restore(JsonSerializer.Deserialize<AdwinState>(JsonSerializer.Serialize(stopped.Save()))!);
                Assert.That((stopped.Width, stopped.Mean), Is.EqualTo((whole.Width, whole.Mean)));
            }
        }
    }

    [Test]
    public void A_restored_PageHinkley_continues_bit_for_bit()
    {
        var (whole, stopped) = (new PageHinkley(), new PageHinkley());
        for (var index = 0; index < s_values.Length; index++)
        {
            Assert.That(stopped.Add(s_values[index]), Is.EqualTo(whole.Add(s_values[index])), $"value {index}");
            stopped = PageHinkley.Restore(JsonSerializer.Deserialize<PageHinkleyState>(JsonSerializer.Serialize(stopped.Save()))!);
            Assert.That(stopped.Mean, Is.EqualTo(whole.Mean));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Both_detectors_find_an_increase_and_a_decrease(bool isIncrease)
    {
        var (adwin, test) = (new Adwin(), new PageHinkley());
        var values = Enumerable.Range(0, 2_000).Select(index => (index % 2) + ((index < 1_000) == isIncrease ? 0.0 : 3.0)).ToArray();

        Assert.That(values.Where(adwin.Add).Count(), Is.EqualTo(1));
        Assert.That(values.Where(test.Add).Count(), Is.EqualTo(1));
    }

    [Test]
    public void The_memory_of_Adwin_grows_with_the_logarithm_of_the_stream()
    {
        var adwin = new Adwin();
        for (var index = 0; index < 100_000; index++)
        {
            adwin.Add(index % 2);
        }

        Assert.That(adwin.Width, Is.EqualTo(100_000));
        Assert.That(adwin.Save().Totals.Sum(static level => level.Count), Is.LessThan(6 * 17));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_refused(double value)
    {
        Assert.That(() => new Adwin().Add(value), Throws.ArgumentException.With.Message.Contains("Pass finite values"));
        Assert.That(() => new PageHinkley().Add(value), Throws.ArgumentException.With.Message.Contains("Pass finite values"));
    }

    [Test]
    public void A_damaged_state_is_refused()
    {
        var state = new AdwinState { Delta = 0.002, Count = 3, Total = 1, Deviation = 1, Totals = [[1, 2]], Deviations = [[1]] };

        Assert.That(() => Adwin.Restore(state), Throws.ArgumentException.With.Message.Contains("Pass a state that Save returned"));
    }

    private static double[] Values()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 3_000).Select(index => random.NextDouble() + (index / 1_000))];
    }
}
