-- Decides about several cells at once, all or none, on Redis' own clock (GCRA, ITU-T I.371).
--   KEYS  the cells
--   ARGV  for each cell: interval, burst, and what to do: 1 take if all may, 2 look only, 3 take in any case
-- Answers for each cell how far ahead its theoretical arrival time is, in microseconds, and last 1 if all were admitted.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local leads, admitted = {}, 1
for i, key in ipairs(KEYS) do
    local interval, burst, mode = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
    local tat = tonumber(redis.call('GET', key) or now) or now
    local lead = math.min(math.max(tat - now, 0), interval * burst)
    leads[i] = lead
    if tat - now > lead then
        -- No request can have led to it: the clock went back.
        redis.call('SET', key, string.format('%.0f', now + lead), 'PX', math.ceil(lead / 1000))
    end
    if mode <= 2 and lead > interval * (burst - 1) then admitted = 0 end
end
for i, key in ipairs(KEYS) do
    local interval, burst, mode = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
    local lead = leads[i]
    if (mode == 1 and admitted == 1) or mode == 3 then
        lead = math.min(lead + interval, interval * burst)
        leads[i] = lead
        redis.call('SET', key, string.format('%.0f', now + lead), 'PX', math.ceil(lead / 1000))
    end
end
leads[#KEYS + 1] = admitted
return leads
